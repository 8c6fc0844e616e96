import { Cleanups } from '../cluster/cleanups.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import { InfrastructureError, UsageError } from '../errors.ts';
import type { KnownTargetName } from '../exporter/known.ts';
import { ApiError } from '../kube/api-error.ts';
import { newRunId } from '../kube/run-label.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { NotObserved } from '../wait.ts';
import { Control } from './control.ts';
import { broken, type Finding, type Judgement } from './judgement.ts';
import { MutantQueue, Pool, sharesInstallation } from './mutant-queue.ts';
import {
  type ClusterRequest,
  type MutationCluster,
  type ProxiedAccess,
  provideMutationCluster,
  removeAllButInstallation,
  removeInstallation,
} from './mutation-cluster.ts';
import { areReadOnly } from './selection.ts';
import { type Installed, installMutant, selectedFor, verifyMutant, verifyOnly } from './try-mutant.ts';

/**
 * Boots one cluster, verifies all mutants in it, and removes it.
 * @throws InfrastructureError when a requirement fails without any mutant
 */
export async function runOnOneCluster(
  request: Omit<ClusterRequest, 'run'>,
  mutants: readonly Mutant[],
  { report, leftBehind, reaper }: OneClusterSettings,
): Promise<void> {
  const run = newRunId();
  reaper.ownsRun(run);
  const cleanups = new Cleanups();
  try {
    const cluster = await provideMutationCluster({ ...request, run }, mutants, cleanups.add);
    const queue = new MutantQueue(mutants);
    await runMutants(cluster, async () => queue.next(0), report);
  } finally {
    for (const name of await cleanups.run()) leftBehind(name);
  }
}

interface OneClusterSettings {
  /** Receives each judgement. */
  readonly report: (judgement: Judgement) => void;
  /** Receives the name of each object that could not be removed. */
  readonly leftBehind: (name: string) => void;
  /** Removes the cluster if this process cannot. */
  readonly reaper: Reaper;
}

/**
 * Verifies mutants in a cluster. Those that change only what passes a proxy share one installation of the exporter; of these, the mutants
 * whose requirements are all read-only are verified at the same time, the others serially.
 * @param next returns the next mutant, or undefined when none is left
 * @param report receives each judgement
 * @throws InfrastructureError when a requirement fails without any mutant
 */
export async function runMutants(
  cluster: MutationCluster,
  next: () => Promise<Mutant | undefined>,
  report: (judgement: Judgement) => void,
): Promise<void> {
  const [serial] = cluster.proxied;
  const pool = new Pool(cluster.proxied);
  let shared: Shared | undefined;
  const judge = async (mutant: Mutant, access: ProxiedAccess, verify: () => Promise<Finding>) => {
    const startedAt = performance.now();
    const finding = await findingOf(mutant, () => withInterference(access, mutant, verify));
    // An interrupted verification is no judgement.
    if (!cluster.signal.aborted) report({ ...finding, durationMs: Math.round(performance.now() - startedAt) });
  };
  const removeShared = async () => {
    await pool.idle();
    if (shared) await removeInstallation(cluster);
    shared = undefined;
  };
  for (let mutant = await next(); mutant && !cluster.signal.aborted; mutant = await next()) {
    const found = mutant;
    if (!sharesInstallation(found)) {
      await removeShared();
      await judge(found, serial, () => verifyInstalled(cluster, found));
      if (!cluster.signal.aborted) await removeInstallation(cluster);
      continue;
    }
    const { target = 'agent' } = found;
    if (shared?.installed.known !== target) {
      await removeShared();
      shared = await installUnchanged(cluster, target);
    }
    const { control, installed } = shared;
    if (!control.covers(found)) {
      await pool.idle();
      await control.verify(found);
    }
    const established = { ...installed, established: control.established };
    if (areReadOnly(selectedFor(cluster, found, established))) {
      await pool.start((access) =>
        judge(found, access, () => verifyMutant(cluster, found.name, found, { ...established, access })),
      );
      continue;
    }
    await pool.idle();
    await judge(found, serial, () => verifyMutant(cluster, found.name, found, established));
    if (!cluster.signal.aborted) await removeAllButInstallation(cluster, installed.target);
  }
  await pool.idle();
}

/** The unchanged exporter, which mutants share. */
interface Shared {
  readonly installed: Installed;
  readonly control: Control;
}

async function installUnchanged(cluster: MutationCluster, known: KnownTargetName): Promise<Shared> {
  const unchanged: Mutant = { name: 'unchanged', sentence: 'Nothing is changed.', target: known, fails: [] };
  const installed = await installMutant(cluster, known, unchanged, cluster.proxied[0]);
  const verifyUnchanged = async (ids: readonly string[]) => {
    const { results } = await verifyOnly(cluster, `unchanged-${known}`, ids, installed);
    await removeAllButInstallation(cluster, installed.target);
    return results;
  };
  return { installed, control: new Control(cluster.declared, verifyUnchanged) };
}

/** Installs a mutant, changes the cluster if it says so, and verifies it. */
async function verifyInstalled(cluster: MutationCluster, mutant: Mutant): Promise<Finding> {
  const { client, objects } = cluster;
  const installed = await installMutant(cluster, mutant.name, mutant);
  const revert = await mutant.cluster?.({ client, target: installed.target, objects });
  try {
    return await verifyMutant(cluster, mutant.name, mutant, installed);
  } finally {
    await revert?.();
  }
}

async function withInterference<T>({ proxy }: ProxiedAccess, mutant: Mutant, verify: () => Promise<T>): Promise<T> {
  proxy.interference = mutant.proxy?.() ?? {};
  try {
    return await verify();
  } finally {
    proxy.interference = {};
  }
}

/** The finding of a mutant; one that cannot be verified must not end the others, unlike an error of the suite itself. */
async function findingOf(mutant: Mutant, verify: () => Promise<Finding>): Promise<Finding> {
  try {
    return await verify();
  } catch (error) {
    const concernsTheMutant = [InfrastructureError, UsageError, ApiError, NotObserved].some((kind) => error instanceof kind);
    if (!(error instanceof Error && concernsTheMutant)) throw error;
    return broken(mutant.name, mutant, error.message);
  }
}
