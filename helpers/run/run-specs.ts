import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { SuiteError } from '../errors.ts';
import { redactingStream } from '../redaction/stream.ts';
import { RUN_DIRECTORY } from '../run-directory.ts';
import { sourceDirectory } from '../source.ts';
import { SERIAL } from '../suite/current-run.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { readResult } from '../suite/result-file.ts';

const root = fileURLToPath(sourceDirectory);
const jest = join(dirname(createRequire(import.meta.url).resolve('jest/package.json')), 'bin/jest.js');

export interface SpecRun {
  /** Where the run's state is, and where jest's own output goes. */
  readonly directory: string;
  /** What is to be verified, and the files that do: fewer once the cluster has shown what it admits. */
  selected(): readonly Pick<DeclaredRequirement, 'id' | 'file'>[];
  /** How many spec files are verified at the same time; they mostly wait, so that this may be more than there are cores. */
  readonly workers: number;
  /** Whether they wait until all else is over, and disturb nobody then. */
  readonly serial: boolean;
  readonly bail: boolean;
  readonly signal: AbortSignal;
  /** Gets the process group that jest leads, and returns what is called once it has ended. */
  onStart(pid: number): () => void;
}

/**
 * Lets jest verify requirements; what each came to is in the run's results, not in jest's exit code.
 * @throws an Error with jest's own words when it could not run the files, or a SuiteError when it ended without a result of each
 *   requirement: jest was killed, or a worker of it died
 */
export async function runSpecs({ directory, selected, workers, serial, bail, signal, onStart }: SpecRun): Promise<void> {
  const files = new Set(selected().map(({ file }) => file));
  if (files.size === 0 || signal.aborted) return;
  const log = join(directory, serial ? 'jest-serial.log' : 'jest.log');
  const args = [
    '--experimental-vm-modules',
    '--no-warnings',
    jest,
    '--selectProjects=specs',
    ...(workers === 1 ? ['--runInBand'] : [`--maxWorkers=${workers}`]),
    ...(bail ? ['--bail'] : []),
    '--runTestsByPath',
    ...files,
  ];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, [RUN_DIRECTORY]: directory, ...(serial && { [SERIAL]: 'true' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own: Ctrl-C reaches the command alone, which then ends jest with all its workers.
    detached: true,
  });
  const onEnd = child.pid === undefined ? () => undefined : onStart(child.pid);
  const output = createWriteStream(log, { mode: 0o600 });
  const redacting = [child.stdout, child.stderr].map((stream) => stream?.pipe(redactingStream()));
  for (const stream of redacting) stream?.pipe(output, { end: false });
  const abort = () => endGroup(child);
  signal.addEventListener('abort', abort, { once: true });
  const end = await ended(child);
  onEnd();
  signal.removeEventListener('abort', abort);
  await Promise.all(redacting.map((stream) => stream && finished(stream)));
  await new Promise((resolve) => output.end(resolve));
  if (signal.aborted) return;
  const failure = end.code === 0 ? undefined : suiteFailure(readFileSync(log, 'utf8'));
  if (failure !== undefined) throw new Error(`Jest could not run the specs:\n${failure}`);
  const requirements = selected();
  const unverified = requirements.filter(({ id }) => readResult(directory, id) === undefined).map(({ id }) => id);
  const hasBailed = bail && end.code === 1;
  if (unverified.length === 0 || hasBailed) return;
  const how = end.code === null ? `was killed by ${end.signal}` : `ended with exit code ${end.code}`;
  throw new SuiteError(
    `Jest ${how} without a result of ${unverified.length} of ${requirements.length} requirements (${unverified[0]} first); its output is in ${log}.`,
  );
}

/** What jest says of a spec file of which nothing was left to verify once the cluster had been looked at: jest starts before that. */
const nothingSelected = /● Test suite failed to run\s+Your test suite must contain at least one test\./g;

/** Jest's words for spec files that could not be run at all; a failed requirement speaks for itself elsewhere. */
function suiteFailure(log: string): string | undefined {
  return /Test suite failed to run|Error: Jest/.test(log.replaceAll(nothingSelected, ''))
    ? log.split('\n').slice(-40).join('\n')
    : undefined;
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface EndOfJest {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function ended(child: ChildProcess): Promise<EndOfJest> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}
