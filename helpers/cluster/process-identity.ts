import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The process file system of Linux; macOS has none, and `ps` takes its place. */
const proc = '/proc';
const isLinux = existsSync(`${proc}/self/stat`);

/** Whether a process of that id exists on this machine, whoever owns it. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The start time of a process in the system's own format. Process ids are reused; an id with its start time is unique.
 * @returns undefined when no process has that id
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
    // ps exits with 1 when no process has that id.
    if ((error as { status?: number | null }).status === 1) return undefined;
    throw error;
  }
}

/**
 * The processes of a group that have a variable in their environment. It separates a run's processes from those of a group that got the same
 * id later.
 * @param variable `NAME=value`
 * @returns undefined where the system does not show the environment of other processes
 */
export function membersWith(group: number, variable: string, hasProc = isLinux): readonly number[] | undefined {
  if (!hasProc) return undefined;
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fieldsOf(pid)?.group === group && environmentOf(pid).includes(variable));
}

/** Fields 5 (process group) and 22 (start time) of /proc/PID/stat, counted after the name in parentheses, which may hold anything. */
function fieldsOf(pid: number): { readonly group: number; readonly start: string } | undefined {
  const stat = contentOf(`${proc}/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [group, start] = [fields?.[2], fields?.[19]];
  return group === undefined || start === undefined ? undefined : { group: Number(group), start };
}

function environmentOf(pid: number): readonly string[] {
  return contentOf(`${proc}/${pid}/environ`)?.split('\0') ?? [];
}

/** @returns undefined when the process is gone or belongs to another user */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
