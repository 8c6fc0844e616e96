import { InfrastructureError, UsageError } from '../errors.ts';
import type { KnownTargetName } from '../exporter/known.ts';
import { ApiError } from '../kube/api-error.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { NotObserved } from '../wait.ts';
import type { Bench, Passage } from './bench.ts';
import { clear, clearBeside } from './clear.ts';
import { verifyUnchanged } from './control.ts';
import { broken, type Finding, type Judgement } from './judgement.ts';
import { makesNothing, mostlyLooks } from './looking.ts';
import type { ApiProxy } from './proxy.ts';
import { Together } from './together.ts';
import { type Installed, installMutant, verifiedFor, verifyMutant } from './try-mutant.ts';

export type NamedMutant = readonly [name: string, mutant: Mutant];

/**
 * The order in which mutants are tried: those that are installed each for itself, as some of them take long; then those that share
 * an installation, those first that are verified at the same time; last those that change the cluster itself, which the fixtures may
 * not outlast.
 */
export function inOrderOfTrial(mutants: readonly NamedMutant[]): readonly NamedMutant[] {
  const place = ([, mutant]: NamedMutant) => {
    if (mutant.cluster) return 'c';
    if (!sharesInstallation(mutant)) return 'a';
    return `b ${mutant.target ?? 'agent'} ${mostlyLooks(mutant) ? 1 : 2}`;
  };
  return [...mutants].sort((one, other) => place(one).localeCompare(place(other)));
}

/**
 * Tries mutants in one cluster, one after the other; those that change only what passes share one installation of the exporter, and
 * are verified at the same time where what is verified makes nothing.
 * @param next gives the next mutant, or undefined when there is none left
 * @param tell is told each judgement as it is made
 */
export async function tryMutants(
  bench: Bench,
  next: () => Promise<NamedMutant | undefined>,
  tell: (judgement: Judgement) => void,
): Promise<void> {
  const [alone] = bench.passages;
  const together = new Together(bench.passages);
  let shared: Established | undefined;
  const attempt = async (name: string, mutant: Mutant, { proxy }: Passage, trial: () => Promise<Finding>) => {
    const begun = performance.now();
    const judgement = await orBroken(name, mutant, () => interfering(proxy, mutant, trial));
    // What was interrupted is no judgement.
    if (!bench.signal.aborted) tell({ ...judgement, durationMs: Math.round(performance.now() - begun) });
  };
  for (let found = await next(); found && !bench.signal.aborted; found = await next()) {
    const [name, mutant] = found;
    const { target = 'agent' } = mutant;
    if (!sharesInstallation(mutant)) {
      await together.over();
      if (shared) await clear(bench);
      shared = undefined;
      await attempt(name, mutant, alone, () => inTurn(bench, name, mutant));
      if (!bench.signal.aborted) await clear(bench);
      continue;
    }
    if (shared?.known !== target) {
      await together.over();
      if (shared) await clear(bench);
      shared = await installUnchanged(bench, target);
    }
    const installed = shared;
    if (makesNothing(verifiedFor(bench, mutant, installed))) {
      await together.begin((passage) =>
        attempt(name, mutant, passage, () => verifyMutant(bench, name, mutant, { ...installed, way: passage })),
      );
      continue;
    }
    await together.over();
    await attempt(name, mutant, alone, () => verifyMutant(bench, name, mutant, installed));
    if (!bench.signal.aborted) await clearBeside(bench, installed.target);
  }
  await together.over();
}

function sharesInstallation({ change, cluster, fromTheStart, documented }: Mutant): boolean {
  return !change && !cluster && !fromTheStart && !documented;
}

type Established = Installed & { readonly established: ReadonlySet<string> };

async function installUnchanged(bench: Bench, known: KnownTargetName): Promise<Established> {
  const nothing = { name: 'unchanged', sentence: 'Nothing is changed.', target: known, fails: [] };
  const unchanged = await installMutant(bench, known, nothing, bench.passages[0]);
  const established = await verifyUnchanged(bench, unchanged);
  await clearBeside(bench, unchanged.target);
  return { ...unchanged, established };
}

async function inTurn(bench: Bench, name: string, mutant: Mutant): Promise<Finding> {
  const { client, objects } = bench;
  const installed = await installMutant(bench, name, mutant);
  const undo = await mutant.cluster?.({ client, target: installed.target, objects });
  try {
    return await verifyMutant(bench, name, mutant, installed);
  } finally {
    await undo?.();
  }
}

async function interfering<T>(proxy: ApiProxy, mutant: Mutant, trial: () => Promise<T>): Promise<T> {
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
    const ofTheMutant = [InfrastructureError, UsageError, ApiError, NotObserved].some((kind) => error instanceof kind);
    if (!(error instanceof Error && ofTheMutant)) throw error;
    return broken(name, mutant, error.message);
  }
}
