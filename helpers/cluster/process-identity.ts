import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Where Linux shows its processes; macOS has no such place, and `ps` is run instead. */
const proc = '/proc';
const isLinux = existsSync(`${proc}/self/stat`);

/**
 * When a process began, as the system writes it: an id is given anew, an id with its start is not.
 * @returns undefined when there is no process of that id
 */
export function startOf(pid: number, hasProc = isLinux): string | undefined {
  if (hasProc) return fieldsOf(pid)?.start;
  try {
    const start = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    });
    return start.trim() || undefined;
  } catch (error) {
    // It ends with 1 when no process has that id.
    if ((error as { status?: number | null }).status === 1) return undefined;
    throw error;
  }
}

/**
 * The members of a process group whose environment has this variable: those of a run, whoever else has been given the group's id since.
 * @param variable `NAME=value`
 * @returns undefined where the system shows no environment of other processes
 */
export function membersWith(group: number, variable: string, hasProc = isLinux): readonly number[] | undefined {
  if (!hasProc) return undefined;
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fieldsOf(pid)?.group === group && environmentOf(pid).includes(variable));
}

/** Of /proc/PID/stat, after the name in parentheses, which may hold anything: field 5, the process group, and field 22, the start. */
function fieldsOf(pid: number): { readonly group: number; readonly start: string } | undefined {
  const stat = contentOf(`${proc}/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [group, start] = [fields?.[2], fields?.[19]];
  return group === undefined || start === undefined ? undefined : { group: Number(group), start };
}

function environmentOf(pid: number): readonly string[] {
  return contentOf(`${proc}/${pid}/environ`)?.split('\0') ?? [];
}

/** @returns undefined when the process is gone, or is that of another user */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
