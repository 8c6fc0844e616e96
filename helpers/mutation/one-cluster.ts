import type { Undo } from '../cluster/provide.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import { newRunId } from '../run/label.ts';
import { type NamedMutant, tryMutants } from './all-mutants.ts';
import { type BenchRequest, provideBench } from './bench.ts';
import type { Judgement } from './judgement.ts';

/**
 * Boots one cluster, tries all mutants in it, and removes it.
 * @param mutants in the order in which they are to be tried
 * @param reaper removes the cluster if this process cannot
 * @returns what is left behind
 */
export async function tryOnOneCluster(
  request: Omit<BenchRequest, 'run'>,
  mutants: readonly NamedMutant[],
  { tell, reaper }: { tell: (judgement: Judgement) => void; reaper?: Reaper },
): Promise<readonly string[]> {
  const run = newRunId();
  reaper?.ownsRun(run);
  const undos: Undo[] = [];
  const left: string[] = [];
  try {
    const changes = mutants.map(([, mutant]) => mutant);
    const bench = await provideBench({ ...request, run }, changes, (undo) => undos.unshift(undo));
    const queue = [...mutants];
    await tryMutants(bench, async () => queue.shift(), tell);
  } finally {
    for (const { undo } of undos) left.push(...(await undo()));
  }
  return left;
}
