/** What the kernel says of a process. */
export interface ProcessStatus {
  /** Real, effective, saved and file system user id. */
  readonly userIds: readonly number[];
  /** The five capability sets by their names in /proc, as the kernel's hexadecimal masks. */
  readonly capabilities: Readonly<Record<string, string>>;
  /** Whether the process and its children can never gain privileges; absent before Linux 4.10. */
  readonly noNewPrivileges: boolean;
}

const CAPABILITY_SETS = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];

/**
 * Reads `/proc/PID/status`.
 * Source: proc_pid_status(5).
 * @throws an Error that names the line when one is missing
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

/** The capability sets that hold anything: `CapBnd 00000000a80425fb`. */
export function heldCapabilities({ capabilities }: ProcessStatus): readonly string[] {
  return Object.entries(capabilities)
    .filter(([, mask]) => !/^0+$/.test(mask))
    .map(([name, mask]) => `${name} ${mask}`);
}
