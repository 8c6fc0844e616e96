import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { type Docker, type FoundOnDocker, listOnDocker } from './docker.ts';

/** What is looked at before a cluster is booted; what cannot be known (a remote Docker's disk) is absent. */
export interface PreflightFacts extends FoundOnDocker {
  readonly memoryBytes: number;
  readonly cgroupVersion: '1' | '2' | undefined;
  readonly rootless: boolean;
  readonly freeDiskBytes: number | undefined;
  readonly inotifyInstances: number | undefined;
}

const gigabyte = 1e9;
const needed = { memoryBytes: 2 * gigabyte, diskBytes: 4 * gigabyte, inotifyInstances: 128 };

/** The first minor release of Kubernetes whose kubelet does not start on cgroup version 1. Source: Kubernetes, KEP 5573. */
const firstWithoutCgroup1 = 35;

/**
 * What may keep a cluster from coming up, and what to do about it: one sentence each.
 * @param image the node's image; a tag such as v1.35.1-k3s1 tells which Kubernetes it is
 */
export function preflightWarnings(facts: PreflightFacts, image: string): readonly string[] {
  const { memoryBytes, cgroupVersion, rootless, freeDiskBytes, inotifyInstances, leftovers, inUse } = facts;
  const minor = Number(/:v1\.(\d+)/.exec(image)?.[1] ?? 0);
  const warnings: string[] = [];
  if (memoryBytes < needed.memoryBytes) {
    warnings.push(
      `Docker has ${gigabytes(memoryBytes)} of memory and a cluster needs ${gigabytes(needed.memoryBytes)}: give it more.`,
    );
  }
  if (freeDiskBytes !== undefined && freeDiskBytes < needed.diskBytes) {
    warnings.push(
      `Docker's disk has ${gigabytes(freeDiskBytes)} free and a cluster needs ${gigabytes(needed.diskBytes)}: make room, for example with docker system prune.`,
    );
  }
  if (cgroupVersion === '1' && minor >= firstWithoutCgroup1) {
    warnings.push(
      `Docker runs on cgroup version 1, on which the kubelet of ${image} does not start: boot the host with version 2, or take an image before v1.${firstWithoutCgroup1}.`,
    );
  }
  if (rootless) {
    warnings.push(
      'Docker is rootless: k3s needs the cgroup controllers cpu, cpuset, io, memory and pids delegated to the user (systemd: Delegate=yes).',
    );
  }
  if (inotifyInstances !== undefined && inotifyInstances < needed.inotifyInstances) {
    warnings.push(
      `The host allows ${inotifyInstances} inotify instances a user, and a node with its pods may need more: sysctl -w fs.inotify.max_user_instances=512.`,
    );
  }
  if (leftovers.length > 0) {
    warnings.push(`Earlier runs have left ${leftovers.join('; ')}: see and remove them with npm run clean.`);
  }
  if (inUse.length > 0) {
    warnings.push(
      `Another run is at work on this Docker (${inUse.join('; ')}), and two clusters on one host may disturb each other: wait for its end.`,
    );
  }
  return warnings;
}

/** Looks at Docker and, where it is on this machine, at the machine. */
export async function preflightFacts(docker: Docker): Promise<PreflightFacts> {
  const info = (await docker.container.dockerode.info()) as DockerInfo;
  const isLocal = existsSync(info.DockerRootDir);
  return {
    memoryBytes: info.MemTotal,
    cgroupVersion: info.CgroupVersion,
    rootless: info.SecurityOptions?.some((option) => option.includes('rootless')) ?? false,
    freeDiskBytes: isLocal ? await freeBytes(info.DockerRootDir) : undefined,
    inotifyInstances: isLocal ? inotifyInstances() : undefined,
    ...(await listOnDocker(docker)),
  };
}

/** What Docker's API tells of itself, as far as it is looked at. Source: Docker Engine API, GET /info. */
interface DockerInfo {
  readonly MemTotal: number;
  readonly CgroupVersion?: '1' | '2';
  readonly SecurityOptions?: readonly string[];
  readonly DockerRootDir: string;
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function inotifyInstances(): number | undefined {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function gigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
