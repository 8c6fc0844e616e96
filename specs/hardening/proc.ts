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
