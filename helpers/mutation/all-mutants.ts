import { InfrastructureError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KnownTargetName } from '../target/known.ts';
import { NotObserved } from '../wait.ts';
import type { Bench } from './bench.ts';
import { clear, clearBeside } from './clear.ts';
import { verifyUnchanged } from './control.ts';
import { broken, type Finding, type Judgement } from './judgement.ts';
import type { Mutant } from './mutant.ts';
import { type Installed, installMutant, verifyMutant } from './try-mutant.ts';

export type NamedMutant = readonly [name: string, mutant: Mutant];

/**
 * The order in which mutants are tried: those that are installed each for itself, as some of them take long; then those that share
 * an installation; last those that change the cluster itself, which the fixtures may not outlast.
 */
export function inOrderOfTrial(mutants: readonly NamedMutant[]): readonly NamedMutant[] {
  const place = ([, mutant]: NamedMutant) => {
    if (mutant.cluster) return 'c';
    return sharesInstallation(mutant) ? `b ${mutant.target ?? 'agent'}` : 'a';
  };
  return [...mutants].sort((one, other) => place(one).localeCompare(place(other)));
}

/**
 * Tries mutants one after the other in one cluster; those that change only what passes share one installation of the exporter.
 * @param next gives the next mutant, or undefined when there is none left
 * @param tell is told each judgement as it is made
 */
export async function tryMutants(
  bench: Bench,
  next: () => Promise<NamedMutant | undefined>,
  tell: (judgement: Judgement) => void,
): Promise<void> {
  let shared: Installed | undefined;
  const attempt = async (name: string, mutant: Mutant, trial: () => Promise<Finding>) => {
    const begun = performance.now();
    const judgement = await orBroken(name, mutant, () => interfering(bench, mutant, trial));
    // What was interrupted is no judgement.
    if (!bench.signal.aborted) tell({ ...judgement, durationMs: Math.round(performance.now() - begun) });
  };
  for (let found = await next(); found; found = await next()) {
    const [name, mutant] = found;
    if (sharesInstallation(mutant)) {
      const { target = 'agent' } = mutant;
      if (shared?.known !== target) {
        if (shared) await clear(bench);
        shared = await installUnchanged(bench, target);
      }
      const installed = shared;
      await attempt(name, mutant, () => verifyMutant(bench, name, mutant, installed));
      if (bench.signal.aborted) return;
      await clearBeside(bench, installed.target);
    } else {
      if (shared) await clear(bench);
      shared = undefined;
      await attempt(name, mutant, () => inTurn(bench, name, mutant));
      if (bench.signal.aborted) return;
      await clear(bench);
    }
  }
}

function sharesInstallation({ change, cluster, fromTheStart, documented }: Mutant): boolean {
  return !change && !cluster && !fromTheStart && !documented;
}

async function installUnchanged(bench: Bench, known: KnownTargetName): Promise<Installed> {
  const nothing = { sentence: 'Nothing is changed.', target: known, fails: [] };
  const unchanged = await installMutant(bench, known, nothing, bench.proxied);
  const established = await verifyUnchanged(bench, unchanged);
  await clearBeside(bench, unchanged.target);
  return { ...unchanged, established };
}

async function inTurn(bench: Bench, name: string, mutant: Mutant): Promise<Finding> {
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
async function orBroken(name: string, mutant: Mutant, trial: () => Promise<Finding>): Promise<Finding> {
  try {
    return await trial();
  } catch (error) {
    const ofTheCluster = error instanceof InfrastructureError || error instanceof ApiError || error instanceof NotObserved;
    if (!ofTheCluster) throw error;
    return broken(name, mutant, error.message);
  }
}
