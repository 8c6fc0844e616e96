import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A command that a test has started as a user would, with a Docker that does not answer. */
export interface StartedCommand {
  readonly child: ChildProcess;
  /** The exit code, and what it wrote, once it has ended; `null` when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>;
}

/**
 * Starts a command.
 * @param name its file in `commands/`, without the ending
 * @param stdout a file descriptor to write into instead of what the test reads
 */
export function startCommand(name: string, args: readonly string[], stdout: number | 'pipe' = 'pipe'): StartedCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', `commands/${name}.ts`, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: 'tcp://127.0.0.1:1' },
    stdio: ['ignore', stdout, 'pipe'],
  });
  let written = '';
  let errors = '';
  child.stdout?.on('data', (data: Buffer) => (written += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: written, stderr: errors }));
  });
  return { child, ended };
}

/** The processes that execute the requirements of a command's run, each the leader of a group. */
export function executorsOf({ child }: StartedCommand): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === child.pid && commandLineOf(pid).includes('executor-process.ts'));
}

function parentOf(pid: number): number | undefined {
  const parent = /^PPid:\s+(\d+)$/m.exec(contentOf(`/proc/${pid}/status`))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

function commandLineOf(pid: number): string {
  return contentOf(`/proc/${pid}/cmdline`);
}

/** Empty for a process that has ended in between. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
