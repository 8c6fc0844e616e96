import type { Undo } from '../cluster/provide.ts';
import { InfrastructureError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import { NotObserved } from '../wait.ts';
import { type Bench, type BenchRequest, provideBench } from './bench.ts';
import { clear, clearBeside } from './clear.ts';
import { verifyUnchanged } from './control.ts';
import { broken, type Judgement } from './judgement.ts';
import type { Mutant } from './mutant.ts';
import { installMutant, verifyMutant } from './try-mutant.ts';

export type NamedMutants = readonly (readonly [name: string, mutant: Mutant])[];

/**
 * Tries mutants one after the other in one cluster; those that change only what passes share one installation of the exporter.
 * @param tell is told each judgement as it is made
 * @param onUndo is told what to undo, the last one first
 */
export async function tryMutants(
  request: BenchRequest,
  mutants: NamedMutants,
  { tell, onUndo }: { tell: (judgement: Judgement) => void; onUndo: (undo: Undo) => void },
): Promise<readonly Judgement[]> {
  const bench = await provideBench(
    request,
    mutants.map(([, mutant]) => mutant),
    onUndo,
  );
  const judgements: Judgement[] = [];
  const attempt = async (name: string, mutant: Mutant, trial: () => Promise<Judgement>) => {
    const judgement = await orBroken(name, mutant, () => interfering(bench, mutant, trial));
    judgements.push(judgement);
    tell(judgement);
  };
  const sharing = mutants.filter(([, mutant]) => sharesInstallation(mutant));
  for (const known of new Set(sharing.map(([, { target = 'agent' }]) => target))) {
    const unchanged = await installMutant(bench, known, { sentence: 'Nothing is changed.', target: known, fails: [] });
    const installed = { ...unchanged, established: await verifyUnchanged(bench, unchanged) };
    await clearBeside(bench, installed.target);
    for (const [name, mutant] of sharing.filter(([, { target = 'agent' }]) => target === known)) {
      if (bench.signal.aborted) return judgements;
      await attempt(name, mutant, () => verifyMutant(bench, name, mutant, installed));
      await clearBeside(bench, installed.target);
    }
    await clear(bench);
  }
  const others = mutants.filter(([, mutant]) => !sharesInstallation(mutant));
  // The fixtures may not outlast what is done to the cluster itself, and are needed until then.
  const ordered = [...others.filter(([, { cluster }]) => !cluster), ...others.filter(([, { cluster }]) => cluster)];
  for (const [name, mutant] of ordered) {
    if (bench.signal.aborted) return judgements;
    await attempt(name, mutant, () => inTurn(bench, name, mutant));
    await clear(bench);
  }
  return judgements;
}

function sharesInstallation({ change, cluster, fromTheStart, documented }: Mutant): boolean {
  return !change && !cluster && !fromTheStart && !documented;
}

async function inTurn(bench: Bench, name: string, mutant: Mutant): Promise<Judgement> {
  const { client, run } = bench;
  const installed = await installMutant(bench, name, mutant);
  const undo = await mutant.cluster?.({ client, target: installed.target, run });
  try {
    return await verifyMutant(bench, name, mutant, installed);
  } finally {
    await undo?.();
  }
}

async function interfering<T>({ proxy }: Bench, mutant: Mutant, trial: () => Promise<T>): Promise<T> {
  proxy.interference = mutant.proxy?.() ?? {};
  try {
    return await trial();
  } finally {
    proxy.interference = {};
  }
}

/** One mutant that cannot be tried must not end the others; a fault of the suite itself does. */
async function orBroken(name: string, mutant: Mutant, trial: () => Promise<Judgement>): Promise<Judgement> {
  const begun = performance.now();
  try {
    return await trial();
  } catch (error) {
    const ofTheCluster = error instanceof InfrastructureError || error instanceof ApiError || error instanceof NotObserved;
    if (!ofTheCluster) throw error;
    return broken(name, mutant, error.message, Math.round(performance.now() - begun));
  }
}
