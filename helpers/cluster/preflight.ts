import { existsSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { UsageError } from '../errors.ts';
import { type Docker, type FoundOnDocker, listOnDocker } from './docker.ts';

/** The state of Docker and its host before a boot; what is not known (a remote Docker's disk) is undefined. */
export interface PreflightFacts extends FoundOnDocker {
  readonly memoryBytes: number;
  readonly cgroupVersion: '1' | '2' | undefined;
  readonly rootless: boolean;
  readonly disk: Disk | undefined;
  readonly inotifyInstances: number | undefined;
}

interface Disk {
  readonly freeBytes: number;
  /** Of the whole file system, as the kubelet counts. */
  readonly totalBytes: number;
}

const gigabyte = 1e9;
/** The share of a disk below which the suite's nodes evict pods. */
export const minimumFreeDiskPercent = 1;

const needed = { memoryBytes: 2 * gigabyte, diskBytes: 4 * gigabyte, inotifyInstances: 128 };

/** The first minor release of Kubernetes whose kubelet does not start on cgroup version 1. Source: Kubernetes, KEP 5573. */
const firstWithoutCgroup1 = 35;

/**
 * Warnings on what may keep a cluster from booting, each with what to do, a sentence each.
 * @param image the node's image; a tag such as v1.35.1-k3s1 names its Kubernetes release
 * @throws UsageError for a rootless Docker, on which no node boots
 */
export function preflightWarnings(facts: PreflightFacts, image: string): readonly string[] {
  const { memoryBytes, cgroupVersion, rootless, disk, inotifyInstances, leftovers, inUse } = facts;
  if (rootless) {
    throw new UsageError(
      'Docker is rootless, and k3s in a container needs the cgroups and the kernel settings of its host, which rootless Docker does not grant. Use a Docker that runs as root (docker context use default, or DOCKER_HOST), or a cluster that exists: --cluster kubeconfig --kubeconfig FILE --context NAME.',
    );
  }
  const minor = Number(/:v1\.(\d+)/.exec(image)?.[1] ?? 0);
  const warnings: string[] = [];
  if (memoryBytes < needed.memoryBytes) {
    warnings.push(
      `Docker has ${gigabytes(memoryBytes)} of memory and a cluster needs ${gigabytes(needed.memoryBytes)}: give it more.`,
    );
  }
  if (disk && percent(disk.freeBytes - needed.diskBytes, disk) < minimumFreeDiskPercent) {
    warnings.push(
      `Docker's disk has ${gigabytes(disk.freeBytes)} free (${percent(disk.freeBytes, disk).toFixed(1)} %). A cluster takes ${gigabytes(needed.diskBytes)}, and with less than ${minimumFreeDiskPercent} % left the kubelet runs no pod: free some, for example with docker system prune.`,
    );
  }
  if (cgroupVersion === '1' && minor >= firstWithoutCgroup1) {
    warnings.push(
      `Docker runs on cgroup version 1, on which the kubelet of ${image} does not start: boot the host with version 2, or take an image before v1.${firstWithoutCgroup1}.`,
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
      `Another run is in progress on this Docker (${inUse.join('; ')}), and two clusters on one host may disturb each other: wait for its end.`,
    );
  }
  return warnings;
}

/** Reads the state of Docker and, where it is on this machine, of the machine. */
export async function preflightFacts(docker: Docker): Promise<PreflightFacts> {
  const info = (await docker.container.dockerode.info()) as DockerInfo;
  const isLocal = existsSync(info.DockerRootDir);
  return {
    memoryBytes: info.MemTotal,
    cgroupVersion: info.CgroupVersion,
    rootless: info.SecurityOptions?.some((option) => option.includes('rootless')) ?? false,
    disk: isLocal ? await diskOf(info.DockerRootDir) : undefined,
    inotifyInstances: isLocal ? inotifyInstances() : undefined,
    ...(await listOnDocker(docker)),
  };
}

/** The fields of Docker's own description that the preflight reads. Source: Docker Engine API, GET /info. */
interface DockerInfo {
  readonly MemTotal: number;
  readonly CgroupVersion?: '1' | '2';
  readonly SecurityOptions?: readonly string[];
  readonly DockerRootDir: string;
}

async function diskOf(directory: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

function percent(bytes: number, { totalBytes }: Disk): number {
  return (bytes / totalBytes) * 100;
}

function inotifyInstances(): number | undefined {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
}

function gigabytes(bytes: number): string {
  return `${(bytes / gigabyte).toFixed(1)} GB`;
}
