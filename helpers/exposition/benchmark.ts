import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** The measurements of one run of a program. */
export interface Run {
  /** The duration. */
  readonly seconds: number;
  /** The maximum resident set size; undefined for a program other than Node. */
  readonly residentBytes: number | undefined;
  readonly stdout: string;
}

/** A module that prints the maximum resident set size in KiB to stderr on exit. */
const residentReporter =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('resident '+process.resourceUsage().maxRSS+'\\n'))";

export function runNode(args: readonly string[]): Promise<Run> {
  return run(process.execPath, ['--import', residentReporter, ...args], undefined);
}

/**
 * Runs a program. The exit code is ignored, as promtool fails for its naming rules.
 * @param input the path of a file for its standard input
 * @throws an Error if the program cannot be started or is ended by a signal
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
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
