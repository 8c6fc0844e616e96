import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { InfrastructureError, SuiteError } from '../errors.ts';
import { INFRASTRUCTURE_EXIT_CODE } from '../report/verdict.ts';
import { nodeArguments } from '../source.ts';
import type { Judgement } from './judgement.ts';
import type { MutantQueue } from './mutant-queue.ts';

/** With a bigger young generation than by default, as requests and responses are garbage soon. */
const nodeOptions = ['--max-semi-space-size=64'];

/**
 * Mutants mostly wait for their cluster, so that a core has work for several. With more, a round of the accounting takes so long on a
 * busy machine that the CronJob of the fixtures, which runs every six seconds, changes in every round.
 */
const clustersPerCore = 4;
const workersPerCore = 2;

/** The next mutant for a cluster of the worker, which is numbered from 0; without `mutant`, none is left. */
export interface ToWorker {
  readonly cluster: number;
  readonly mutant?: string;
}

/** The request of a cluster for its next mutant, or the judgement of one. */
export interface FromWorker {
  readonly cluster: number;
  readonly judgement?: Judgement;
}

/** A simulated cluster to be started. */
export interface ClusterPlan {
  /** The options of the command line for it, with a directory for its reports. */
  readonly options: readonly string[];
  /** The mutants that it shares with other clusters. */
  readonly queue: MutantQueue;
}

/** How many clusters to start for a number of mutants that all can be verified in the same ones. */
export function clusterCount(mutants: number): number {
  return Math.max(1, Math.min(clustersPerCore * availableParallelism(), Math.ceil(mutants / 2)));
}

function workerCount(): number {
  return workersPerCore * availableParallelism();
}

interface WorkersRequest {
  /** Receives each judgement. */
  readonly report: (judgement: Judgement) => void;
  readonly signal: AbortSignal;
}

/**
 * Verifies mutants in simulated clusters, which are distributed over several processes.
 * @throws InfrastructureError or SuiteError when a process fails; its message is on standard error
 */
export async function runInWorkers(clusters: readonly ClusterPlan[], { report, signal }: WorkersRequest): Promise<void> {
  const count = Math.min(workerCount(), clusters.length);
  const parts = Array.from({ length: count }, (_, worker) => clusters.filter((_plan, index) => index % count === worker));
  const workers = parts.map((plans) => ({
    plans,
    child: spawn(
      process.execPath,
      [...nodeOptions, ...nodeArguments('helpers/mutation/worker'), JSON.stringify(plans.map(({ options }) => options))],
      { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
    ),
  }));
  const stop = () => {
    for (const { child } of workers) child.kill('SIGTERM');
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(workers.map(({ child, plans }) => serve(child, plans, (plan) => clusters.indexOf(plan), report)));
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

function serve(
  child: ChildProcess,
  plans: readonly ClusterPlan[],
  numberOf: (plan: ClusterPlan) => number,
  report: (judgement: Judgement) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', ({ cluster, judgement }: FromWorker) => {
      const plan = plans[cluster];
      if (judgement) return report(judgement);
      const mutant = plan?.queue.next(numberOf(plan));
      const answer: ToWorker = { cluster, ...(mutant && { mutant: mutant.name }) };
      // Where it cannot be sent the process has ended, and how it ended is the better explanation.
      child.send(answer, () => undefined);
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const Failure = code === INFRASTRUCTURE_EXIT_CODE ? InfrastructureError : SuiteError;
      reject(new Failure(`A worker of the mutants ended with ${code === null ? signal : `exit code ${code}`}.`));
    });
  });
}
