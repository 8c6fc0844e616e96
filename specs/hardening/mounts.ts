/** A mount as a process sees it. */
export interface Mount {
  /** `/var/run` */
  readonly point: string;
  /** `ro`, `relatime` … of the mount, not of the file system behind it. */
  readonly options: readonly string[];
  /** `overlay` */
  readonly type: string;
}

/** Where the kubelet puts the token of a ServiceAccount; in front of it is `/var/run`, or `/run` where one links to the other. */
const TOKEN_DIRECTORY = '/secrets/kubernetes.io/serviceaccount';

/**
 * Reads `/proc/PID/mountinfo`.
 * Source: proc_pid_mountinfo(5): the mount point is the fifth field, its options the sixth, the type the first behind ' - '.
 */
export function mounts(text: string): readonly Mount[] {
  return text
    .split('\n')
    .filter((line) => line.includes(' - '))
    .map((line) => {
      const [own = '', behind = ''] = line.split(' - ');
      const [, , , , point = '', options = ''] = own.split(' ');
      return { point, options: options.split(','), type: behind.split(' ')[0] ?? '' };
    });
}

/**
 * The root: of several mounts on the same point the last one is seen.
 * @throws an Error when there is none
 */
export function rootMount(all: readonly Mount[]): Mount {
  const root = all.findLast(({ point }) => point === '/');
  if (!root)
    throw new Error(`/proc/1/mountinfo has no mount on /; it has: ${all.map(({ point }) => point).join(', ') || 'none'}.`);
  return root;
}

export function tokenMounts(all: readonly Mount[]): readonly Mount[] {
  return all.filter(({ point }) => isTokenDirectory(point));
}

export function isTokenDirectory(path: string): boolean {
  return path.endsWith(TOKEN_DIRECTORY);
}
