import type { InspectedFile, Inspection } from '../../helpers/exporter/inspection-script.ts';

/** The fields of `/proc/PID/status` that show the hardening of a process. */
export interface ProcessStatus {
  /** Real, effective, saved and file system user id. */
  readonly userIds: readonly number[];
  /** The five capability sets by their names in /proc, as the kernel's hexadecimal masks. */
  readonly capabilities: Readonly<Record<string, string>>;
  /** Whether the process and its children can never gain privileges. */
  readonly noNewPrivileges: boolean;
}

const CAPABILITY_SETS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];

/**
 * Reads `/proc/PID/status`.
 * Source: proc_pid_status(5).
 * @throws an Error that names the line when one is missing; NoNewPrivs exists since Linux 4.10
 */
export function processStatus(text: string): ProcessStatus {
  const lines = new Map(text.split('\n').map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 1).trim()]));
  const line = (name: string): string => {
    const value = lines.get(name);
    if (value === undefined)
      throw new Error(`/proc/1/status has no line "${name}"; it reads: ${text.slice(0, 200) || '(nothing)'}`);
    return value;
  };
  return {
    userIds: line('Uid').split(/\s+/).map(Number),
    capabilities: Object.fromEntries(CAPABILITY_SETS.map((name) => [name, line(name)])),
    noNewPrivileges: line('NoNewPrivs') === '1',
  };
}

/** The capability sets that are not empty: `CapBnd 00000000a80425fb`. */
export function heldCapabilities({ capabilities }: ProcessStatus): readonly string[] {
  return Object.entries(capabilities)
    .filter(([, mask]) => !/^0+$/.test(mask))
    .map(([name, mask]) => `${name} ${mask}`);
}

/** A mount in the mount namespace of a process. */
export interface Mount {
  /** `/var/run` */
  readonly point: string;
  /** `ro`, `relatime` …: the options of the mount, not of its file system. */
  readonly options: readonly string[];
  /** `overlay` */
  readonly type: string;
}

/** The kubelet mounts the token of a ServiceAccount below `/var/run`, or `/run` where `/var/run` is a link. */
const TOKEN_DIRECTORY = '/secrets/kubernetes.io/serviceaccount';

/**
 * Reads `/proc/PID/mountinfo`.
 * Source: proc_pid_mountinfo(5): the mount point is the fifth field, its options the sixth, the type the first after ' - '.
 */
export function mounts(text: string): readonly Mount[] {
  return text
    .split('\n')
    .filter((line) => line.includes(' - '))
    .map((line) => {
      const [mount = '', fileSystem = ''] = line.split(' - ');
      const [, , , , point = '', options = ''] = mount.split(' ');
      return { point, options: options.split(','), type: fileSystem.split(' ')[0] ?? '' };
    });
}

/**
 * The mount on `/`: the last one, if there are several.
 * @throws an Error when there is none
 */
export function rootMount(processMounts: readonly Mount[]): Mount {
  const root = processMounts.findLast(({ point }) => point === '/');
  if (!root)
    throw new Error(
      `/proc/1/mountinfo has no mount on /; it has: ${processMounts.map(({ point }) => point).join(', ') || 'none'}.`,
    );
  return root;
}

export function tokenMounts(processMounts: readonly Mount[]): readonly Mount[] {
  return processMounts.filter(({ point }) => isTokenDirectory(point));
}

export function isTokenDirectory(path: string): boolean {
  return path.endsWith(TOKEN_DIRECTORY);
}

/** The limits that the kernel enforces; undefined where it enforces none. */
export interface CgroupLimits {
  readonly memoryBytes: number | undefined;
  readonly cores: number | undefined;
}

/** Version 1 writes "no limit" as the largest multiple of a page, which is more than this. */
const UNLIMITED_BYTES = 2 ** 62;

/**
 * Reads the limits of a cgroup of version 1 or 2.
 * Source: the kernel's documentation of cgroup version 2 (memory.max, cpu.max) and of version 1 (memory.limit_in_bytes,
 * cpu.cfs_quota_us, which is negative where there is no quota).
 * @throws an Error when the files of both versions are missing
 */
export function cgroupLimits(inspection: Inspection): CgroupLimits {
  return { memoryBytes: memoryOf(inspection), cores: coresOf(inspection) };
}

function memoryOf(inspection: Inspection): number | undefined {
  const text = read(inspection, 'memory.max', 'memory.limit_in_bytes');
  const bytes = text === 'max' ? Number.POSITIVE_INFINITY : number(text);
  return bytes < UNLIMITED_BYTES ? bytes : undefined;
}

function coresOf(inspection: Inspection): number | undefined {
  const [quota = '', period = inspection.get('cpu.cfs_period_us') ?? ''] = read(inspection, 'cpu.max', 'cpu.cfs_quota_us').split(
    ' ',
  );
  if (quota === 'max' || quota.startsWith('-')) return undefined;
  return number(quota) / number(period);
}

function read(inspection: Inspection, version2: InspectedFile, version1: InspectedFile): string {
  const text = inspection.get(version2) ?? inspection.get(version1);
  if (text !== undefined) return text;
  throw new Error(
    `The exporter's /sys/fs/cgroup has neither ${version2} nor ${version1}; it has: ${[...inspection.keys()].join(', ')}.`,
  );
}

function number(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`Expected a number in the exporter's cgroup, got "${text}".`);
  return Number(text);
}

/**
 * Compares the CPU weight of a cgroup with the weight of a request.
 * Source: Kubernetes' kubelet (1024 shares a core, at least 2); runc, which maps shares to the weights of version 2: linearly in
 * older releases, and so that the default of one is the default of the other in newer ones.
 * @param cores the request
 * @param inspection with `cpu.weight` or, in version 1, `cpu.shares`
 */
export function compareWeight(inspection: Inspection, cores: number): { readonly holds: boolean; readonly actual: string } {
  const shares = Math.max(2, Math.floor(cores * 1024));
  const weight = inspection.get('cpu.weight');
  if (weight === undefined) {
    const actual = read(inspection, 'cpu.weight', 'cpu.shares');
    return { holds: Number(actual) === shares, actual: `cpu.shares ${actual}` };
  }
  return { holds: [linearWeight(shares), quadraticWeight(shares)].includes(Number(weight)), actual: `cpu.weight ${weight}` };
}

function linearWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262142);
}

function quadraticWeight(shares: number): number {
  const power = Math.log2(shares);
  return Math.ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34));
}
