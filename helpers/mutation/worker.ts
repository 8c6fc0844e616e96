import type { Cleanup } from '../cluster/cleanups.ts';
import { newRunId } from '../kube/run-label.ts';
import { printError } from '../print.ts';
import { INFRASTRUCTURE_EXIT_CODE, SUITE_EXIT_CODE } from '../report/verdict.ts';
import { isClusterFailure } from '../run/ending.ts';
import { Interruption } from '../run/interruption.ts';
import { parseOptions } from '../run/options.ts';
import { declaredRequirements } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { mutants } from './mutants.ts';
import { type ClusterRequest, type MutationCluster, provideMutationCluster } from './mutation-cluster.ts';
import { runMutants } from './run-mutants.ts';
import type { FromWorker, ToWorker } from './workers.ts';

/**
 * A worker process: starts simulated clusters, requests mutants for each until none is left, and reports the judgements.
 * @param optionsOfClusters JSON: the command line options of each cluster
 */
async function main(optionsOfClusters: string): Promise<void> {
  const interruption = new Interruption();
  interruption.listen(() => undefined);
  // Nobody receives the judgements any more.
  process.once('disconnect', () => process.exit(1));
  const declared = await declaredRequirements();
  const assignments = new Assignments();
  const clusters = JSON.parse(optionsOfClusters) as readonly (readonly string[])[];
  const { signal } = interruption;
  const started: Started[] = [];
  // One after the other, and all before the first mutant: what works in this process meanwhile is work for which a cluster waits.
  for (const argv of clusters) {
    started.push(await startCluster({ run: newRunId(), options: parseOptions(argv), declared, signal }));
  }
  await Promise.all(
    started.map(async ({ cluster, cleanups }, number) => {
      await runMutants(
        cluster,
        () => assignments.next(number),
        (judgement) => send({ cluster: number, judgement }),
      );
      for (const cleanup of cleanups) await cleanup.run();
    }),
  );
}

interface Started {
  readonly cluster: MutationCluster;
  readonly cleanups: readonly Cleanup[];
}

async function startCluster(request: ClusterRequest): Promise<Started> {
  const cleanups: Cleanup[] = [];
  const cluster = await provideMutationCluster(request, Object.values(mutants), (cleanup) => cleanups.unshift(cleanup));
  return { cluster, cleanups };
}

/** The mutants that the parent process assigns to the clusters. */
class Assignments {
  readonly #waiting = new Map<number, (mutant: string | undefined) => void>();

  constructor() {
    process.on('message', ({ cluster, mutant }: ToWorker) => this.#waiting.get(cluster)?.(mutant));
  }

  /** @returns undefined when no mutant is left */
  async next(cluster: number): Promise<Mutant | undefined> {
    const name = await new Promise<string | undefined>((resolve) => {
      this.#waiting.set(cluster, resolve);
      send({ cluster });
    });
    if (name === undefined) return undefined;
    const mutant = mutants[name];
    if (!mutant) throw new Error(`There is no mutant ${name}.`);
    return mutant;
  }
}

function send(message: FromWorker): void {
  // Where it cannot be sent the parent has ended, which ends this process as well.
  process.send?.(message, () => undefined);
}

main(process.argv[2] ?? '[]').then(
  () => process.exit(0),
  (error: Error) => {
    printError(`${error.stack}\n`);
    process.exit(isClusterFailure(error) ? INFRASTRUCTURE_EXIT_CODE : SUITE_EXIT_CODE);
  },
);
