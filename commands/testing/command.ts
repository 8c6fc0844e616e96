import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { nodeArguments } from '../../helpers/source.ts';

/** What a process printed, and how it ended. */
export interface Outcome {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that a test has started as a user would, with a Docker that does not answer. */
export interface StartedCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

interface Streams {
  /** Written to the standard input, which is then closed. */
  readonly input?: string | Buffer;
  /** A file descriptor that gets the standard output, which the outcome then lacks. */
  readonly stdout?: number;
}

/** How long a test waits for a command that starts no run: a process of its own takes seconds on a busy machine. */
export const commandTimeout = 60_000;

/** Starts a command of the program. */
export function startCommand(name: string, args: readonly string[], { input = '', stdout }: Streams = {}): StartedCommand {
  const child = spawn(process.execPath, [...nodeArguments('commands/main'), name, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DOCKER_HOST: 'tcp://127.0.0.1:1' },
    stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
  });
  // The command may end before it has read everything.
  child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin?.end(input);
  let written = '';
  let errors = '';
  child.stdout?.on('data', (data: Buffer) => (written += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout: written, stderr: errors }));
  });
  return { child, ended };
}

/** Runs a command of the program to its end. */
export function runToEnd(name: string, args: readonly string[], input: string | Buffer = ''): Promise<Outcome> {
  return startCommand(name, args, { input }).ended;
}

/** The processes that execute the requirements of a command's run, each the leader of a group. */
export function executorsOf({ child }: StartedCommand): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === child.pid && commandLineOf(pid).includes('helpers/run/executor-process'));
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
