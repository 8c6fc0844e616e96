import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type KnownTargetName, knownTargets } from '../exporter/known.ts';
import { profiles } from '../exporter/profile.ts';
import { servedReads } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { RequirementResult } from '../report/model.ts';
import { settleSoFar } from '../run/assemble-report.ts';
import { executeRequirements } from '../run/execute.ts';
import { install } from '../run/install.ts';
import { type ClusterOfRun, planFor } from '../run/plan.ts';
import { stateBeforeInstallation } from '../run/run-context.ts';
import type { TargetOfRun } from '../run/target-of-run.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import type { Installation } from '../suite/run-state.ts';
import { type Bench, manifestsOf, type Way } from './bench.ts';
import { broken, type Finding, judge } from './judgement.ts';
import { requirementsFor } from './selection.ts';

/** How many spec files are executed at the same time for one mutant. */
const parallelFiles = 4;

/**
 * Puts the manifests of a mutant into the cluster.
 * @param way how it is installed and verified
 */
export async function installMutant(
  { objects, options, direct, passages }: Bench,
  name: string,
  mutant: Mutant,
  way: Way = mutant.proxy ? passages[0] : direct,
): Promise<Installed> {
  const { client } = way;
  const { documented = false, target: known = 'agent' } = mutant;
  const target = deriveTarget(manifestsOf(mutant, options), { name: documented ? known : name });
  const reads = servedReads(target, client.mapper);
  const installation = await install(client, target, { objects: objects.through(client), reads, before: async () => undefined });
  return { target, installation, known, documented, way };
}

/** What is in the cluster, and what is known of it already. */
export interface Installed {
  readonly target: Target;
  readonly installation: Installation;
  /** Which target it is a change of, and whether it is held against what is documented of that. */
  readonly known: KnownTargetName;
  readonly documented: boolean;
  readonly way: Way;
  /** The ids of requirements that hold, whatever is done to what passes. */
  readonly established?: ReadonlySet<string>;
}

/**
 * Verifies a mutant that is installed, and judges it.
 * @returns what became of it; where a requirement came to no result, nothing can be said
 */
export async function verifyMutant(bench: Bench, name: string, mutant: Mutant, installed: Installed): Promise<Finding> {
  const only = requirementsFor(mutant, bench.declared, installed.established);
  const { results, selected } = await verifyOnly(bench, name, only, installed);
  const silent = results.filter(({ id, reason }) => selected.includes(id) && reason === 'did not run').map(({ id }) => id);
  if (silent.length > 0) return broken(name, mutant, `did not run: ${silent.join(', ')}`);
  return judge(name, mutant, { results, selected });
}

/** The requirements that a mutant which is installed is verified with. */
export function verifiedFor(bench: Bench, mutant: Mutant, installed: Installed): readonly DeclaredRequirement[] {
  return planOf(bench, requirementsFor(mutant, bench.declared, installed.established), installed).plan.selected;
}

/** Verifies these requirements of what is installed, and settles what came of them. */
export async function verifyOnly(
  bench: Bench,
  name: string,
  only: readonly string[],
  installed: Installed,
): Promise<{ readonly results: readonly RequirementResult[]; readonly selected: readonly string[] }> {
  const directory = join(bench.directory, name);
  mkdirSync(directory, { recursive: true });
  const { options, declared, clusterKind, kubernetes, objects, run } = bench;
  const { installation, way } = installed;
  const { subject, plan } = planOf(bench, only, installed);
  const cluster: ClusterOfRun = { kind: clusterKind, image: '', kubernetes, nodes: 1 + options.agents, plan };
  const known = stateBeforeInstallation({ id: run, directory, options, subject, cluster, connection: way });
  const state = { ...known, installation, record: objects.record.file };
  await executeRequirements(state, plan.selected, { parallelFiles, signal: bench.signal });
  return { results: settleSoFar({ declared, subject, directory, cluster }).requirements, selected: state.selected };
}

function planOf({ client, declared, options }: Bench, only: readonly string[], { target, known, documented }: Installed) {
  const profile = profiles[knownTargets[known].profile];
  const subject: TargetOfRun = { target, profile, documented };
  return { subject, plan: planFor(client, declared, { ...options, only }, subject) };
}
