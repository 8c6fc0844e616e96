import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Reaper } from '../cluster/start-reaper.ts';
import { SuiteError } from '../errors.ts';
import { redactingStream } from '../redaction/text.ts';
import { RUN_DIRECTORY } from '../run-directory.ts';
import { nodeArguments } from '../source.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { readResult } from '../suite/result-file.ts';

/** The message that the executor process receives when the run's state is written. */
export interface ExecutorOrder {
  readonly directory: string;
  readonly parallelFiles: number;
  readonly bail: boolean;
}

/** What the executor process sends. */
export type ExecutorMessage = { readonly started: string } | { readonly finished: string } | { readonly phase: 'serial' | 'end' };

interface Execution extends Omit<ExecutorOrder, 'directory'> {
  /** The ids that the run's state selects. */
  readonly selected: readonly string[];
  onMessage(message: ExecutorMessage): void;
}

/**
 * The process that executes requirements. It is a process of its own so that an interrupted run can end every body at once. It loads the
 * specs as soon as it starts.
 */
export class Executor {
  readonly #directory: string;
  readonly #log: string;
  readonly #child: ChildProcess;
  readonly #end: Promise<EndOfProcess>;
  #isStopped = false;

  /**
   * @param directory the run's, where the log of the process goes
   * @param requirements all that may be executed: only their specs are loaded
   */
  constructor(directory: string, reaper: Reaper, requirements: readonly DeclaredRequirement[]) {
    this.#directory = directory;
    this.#log = join(directory, 'executor.log');
    const specs = new Set(requirements.map(({ file }) => file));
    this.#child = spawn(process.execPath, [...nodeArguments('helpers/run/executor-process'), ...specs], {
      // By this variable the reaper recognises the processes of the run.
      env: { ...process.env, [RUN_DIRECTORY]: directory },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches the command only, which then ends the executor with what it has started.
      detached: true,
    });
    const onEnd = this.#child.pid === undefined ? () => undefined : reaper.ownsGroup(this.#child.pid);
    this.#end = this.#ended().finally(onEnd);
    // `execute` throws it; a run that fails before has a cause of its own.
    this.#end.catch(() => undefined);
  }

  /**
   * Executes the requirements that the run's state selects; their results are in the run's directory.
   * @throws an Error with the last lines of the log when the process failed, or a SuiteError when it was killed or ended without a
   *   result of each requirement
   */
  async execute({ selected, onMessage, ...order }: Execution): Promise<void> {
    if (selected.length === 0) return;
    this.#child.on('message', onMessage);
    // Where it cannot be sent the process has ended, and how it ended is the better explanation.
    this.#child.send({ directory: this.#directory, ...order } satisfies ExecutorOrder, () => undefined);
    const { code, signal } = await this.#end;
    if (this.#isStopped) return;
    if (code !== null && code !== 0) {
      const lines = readFileSync(this.#log, 'utf8').split('\n').slice(-40);
      throw new Error(`The requirements could not be executed:\n${lines.join('\n')}`);
    }
    const missing = selected.filter((id) => readResult(this.#directory, id) === undefined);
    if (missing.length === 0 || (order.bail && code === 0)) return;
    const how = code === null ? `was killed by ${signal}` : `ended with exit code ${code}`;
    throw new SuiteError(
      `The executor ${how} without a result of ${missing.length} of ${selected.length} requirements (${missing[0]} first); its output is in ${this.#log}.`,
    );
  }

  /** Ends the process and what it has started. */
  stop(): void {
    this.#isStopped = true;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  async #ended(): Promise<EndOfProcess> {
    const output = createWriteStream(this.#log, { mode: 0o600 });
    const redacting = [this.#child.stdout, this.#child.stderr].map((stream) => stream?.pipe(redactingStream()));
    for (const stream of redacting) stream?.pipe(output, { end: false });
    const end = await new Promise<EndOfProcess>((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
    await Promise.all(redacting.map((stream) => stream && finished(stream)));
    await new Promise((resolve) => output.end(resolve));
    return end;
  }
}

interface EndOfProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
