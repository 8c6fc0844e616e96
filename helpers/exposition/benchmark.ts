import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** One run of a program: how long it took, and the most memory it had resident. */
export interface Run {
  readonly seconds: number;
  /** Undefined of a program that is not Node, which tells. */
  readonly residentBytes: number | undefined;
  readonly stdout: string;
}

/** What a Node process is given to say, on its way out, how much it had resident; in KiB, as getrusage counts. */
const tellResident =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('resident '+process.resourceUsage().maxRSS+'\\n'))";

export function runNode(args: readonly string[]): Promise<Run> {
  return run(process.execPath, ['--import', tellResident, ...args], undefined);
}

/**
 * Runs a program to its end, with `input`, a file, as its standard input. Throws if it cannot be started or ends by a signal;
 * an exit code says nothing here, as promtool fails on names that it does not like.
 */
export function run(program: string, args: readonly string[], input: string | undefined): Promise<Run> {
  const stdin = input === undefined ? undefined : openSync(input, 'r');
  const started = performance.now();
  return new Promise<Run>((resolve, reject) => {
    const child = spawn(program, args, { stdio: [stdin ?? 'ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (data) => {
      stdout += data;
    });
    child.stderr?.on('data', (data) => {
      stderr = (stderr + data).slice(-4096);
    });
    child.on('error', reject);
    child.on('close', (_, signal) => {
      const seconds = (performance.now() - started) / 1000;
      const resident = /^resident (\d+)$/m.exec(stderr)?.[1];
      if (signal !== null) reject(new Error(`${program} was ended by ${signal}: ${stderr}`));
      else resolve({ seconds, residentBytes: resident === undefined ? undefined : Number(resident) * 1024, stdout });
    });
  }).finally(() => {
    if (stdin !== undefined) closeSync(stdin);
  });
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
}
