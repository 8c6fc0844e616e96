import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { InfrastructureError, SuiteError } from '../errors.ts';
import { INFRASTRUCTURE_EXIT_CODE } from '../report/verdict.ts';
import { nodeArguments } from '../source.ts';
import type { Judgement } from './judgement.ts';

/** What a lane is asked for: its mutants are told one by one, `end` after the last. */
export type ToLane = { readonly mutant: string } | 'end';

/** What a lane tells: that it can do with a mutant, and what became of one. */
export type FromLane = { readonly judgement: Judgement } | 'ready';

/** Mutants mostly wait for their cluster: two of them keep a core busy. */
export function laneCount(mutants: number): number {
  return Math.max(1, Math.min(2 * availableParallelism(), Math.ceil(mutants / 4)));
}

/**
 * Tries mutants in several processes at once, each with a simulated cluster of its own; who is done gets the next.
 * @param names the mutants, in the order in which they are to be begun
 * @param arguments_ the options of every lane; its number, from 0 on, chooses where it writes
 * @throws InfrastructureError or SuiteError when a lane ends before its time; what it had to say is on standard error
 */
export async function tryInLanes(names: readonly string[], { arguments_, lanes, tell, signal }: LaneRequest): Promise<void> {
  const queue = [...names];
  const children = Array.from({ length: lanes }, (_, lane) =>
    spawn(process.execPath, [...nodeArguments('helpers/mutation/lane'), ...arguments_(lane)], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    }),
  );
  const end = () => {
    for (const child of children) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    await Promise.all(children.map((child) => served(child, queue, tell)));
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

interface LaneRequest {
  readonly arguments_: (lane: number) => readonly string[];
  readonly lanes: number;
  readonly tell: (judgement: Judgement) => void;
  readonly signal: AbortSignal;
}

function served(child: ChildProcess, queue: string[], tell: (judgement: Judgement) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: FromLane) => {
      if (message !== 'ready') return tell(message.judgement);
      const mutant = queue.shift();
      const answer: ToLane = mutant === undefined ? 'end' : { mutant };
      child.send(answer);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const Failure = code === INFRASTRUCTURE_EXIT_CODE ? InfrastructureError : SuiteError;
      reject(new Failure(`A lane of mutants ended with ${code === null ? signal : `exit code ${code}`}.`));
    });
  });
}
