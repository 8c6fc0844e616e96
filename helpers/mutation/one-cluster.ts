import { Cleanups } from '../cluster/cleanups.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import { newRunId } from '../kube/run-label.ts';
import { type NamedMutant, tryMutants } from './all-mutants.ts';
import { type BenchRequest, provideBench } from './bench.ts';
import type { Judgement } from './judgement.ts';

/**
 * Boots one cluster, tries all mutants in it, and removes it.
 * @param mutants in the order in which they are to be tried
 */
export async function tryOnOneCluster(
  request: Omit<BenchRequest, 'run'>,
  mutants: readonly NamedMutant[],
  { tell, leftBehind, reaper }: OneClusterSettings,
): Promise<void> {
  const run = newRunId();
  reaper.ownsRun(run);
  const cleanups = new Cleanups();
  try {
    const changes = mutants.map(([, mutant]) => mutant);
    const bench = await provideBench({ ...request, run }, changes, cleanups.add);
    const queue = [...mutants];
    await tryMutants(bench, async () => queue.shift(), tell);
  } finally {
    for (const name of await cleanups.run()) leftBehind(name);
  }
}

interface OneClusterSettings {
  /** Takes what became of a mutant. */
  readonly tell: (judgement: Judgement) => void;
  /** Takes the name of what could not be removed. */
  readonly leftBehind: (name: string) => void;
  /** Removes the cluster if this process cannot. */
  readonly reaper: Reaper;
}
