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
import { createCustomResources, defineCustomResources } from '../suite/custom-resources.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import type { Installation } from '../suite/run-state.ts';
import { broken, type Finding, judge } from './judgement.ts';
import { type Access, type MutationCluster, manifestsOf } from './mutation-cluster.ts';
import { requirementsFor } from './selection.ts';

/** How many spec files are executed at the same time for one mutant. */
const parallelFiles = 4;

/**
 * Installs the manifests of a mutant.
 * @param name of the directory of its results
 * @param access by which it is installed and verified
 */
export async function installMutant(
  { objects, options, direct, proxied, run }: MutationCluster,
  name: string,
  mutant: Mutant,
  access: Access = mutant.proxy ? proxied[0] : direct,
): Promise<Installed> {
  const { documented = false, target: known = 'agent' } = mutant;
  const target = deriveTarget(manifestsOf(mutant, options), {
    name: documented ? known : name,
    workloads: 'any',
  });
  const custom = await defineCustomResources({ client: access.client, objects: objects.through(access.client) }, target);
  const { client, objects: creating } = custom.cluster;
  const reads = servedReads(target, client.mapper);
  const before = () => createCustomResources(custom, run);
  const installation = await install(client, target, { objects: creating, reads, before });
  return { target, installation, known, documented, access: { ...access, client } };
}

/** An installation in the cluster. */
export interface Installed {
  readonly target: Target;
  readonly installation: Installation;
  /** The known target that it changes. */
  readonly known: KnownTargetName;
  /** Whether it is compared with the documented rendering of that target. */
  readonly documented: boolean;
  readonly access: Access;
  /** The ids of requirements that hold whatever a proxy interferes with. */
  readonly established?: ReadonlySet<string>;
}

/**
 * Verifies an installed mutant and judges it.
 * @returns the finding, an error when a requirement has no result
 */
export async function verifyMutant(
  cluster: MutationCluster,
  name: string,
  mutant: Mutant,
  installed: Installed,
): Promise<Finding> {
  const only = requirementsFor(mutant, cluster.declared, installed.established);
  const { results, selected } = await verifyOnly(cluster, name, only, installed);
  const notRun = results.filter(({ id, reason }) => selected.includes(id) && reason === 'did not run').map(({ id }) => id);
  if (notRun.length > 0) return broken(name, mutant, `did not run: ${notRun.join(', ')}`);
  return judge(name, mutant, { results, selected });
}

/** The requirements with which an installed mutant is verified. */
export function selectedFor(cluster: MutationCluster, mutant: Mutant, installed: Installed): readonly DeclaredRequirement[] {
  return planOf(cluster, requirementsFor(mutant, cluster.declared, installed.established), installed).plan.selected;
}

/** Verifies only these requirements of an installation. @returns their settled results, and the ids of those that were applicable */
export async function verifyOnly(
  cluster: MutationCluster,
  name: string,
  only: readonly string[],
  installed: Installed,
): Promise<{ readonly results: readonly RequirementResult[]; readonly selected: readonly string[] }> {
  const directory = join(cluster.directory, name);
  mkdirSync(directory, { recursive: true });
  const { options, declared, kind, kubernetes, objects, run } = cluster;
  const { installation, access } = installed;
  const { subject, plan } = planOf(cluster, only, installed);
  const clusterOfRun: ClusterOfRun = { kind, image: '', kubernetes, nodes: 1 + options.agents, plan };
  const known = stateBeforeInstallation({ id: run, directory, options, subject, cluster: clusterOfRun, connection: access });
  const state = { ...known, installation, record: objects.record.file };
  await executeRequirements(state, plan.selected, { parallelFiles, recordsWaits: false, signal: cluster.signal });
  return { results: settleSoFar({ declared, subject, directory, cluster: clusterOfRun }).requirements, selected: state.selected };
}

function planOf(
  { client, declared, options }: MutationCluster,
  only: readonly string[],
  { target, known, documented }: Installed,
) {
  const profile = profiles[knownTargets[known].profile];
  const subject: TargetOfRun = { target, profile, documented };
  return { subject, plan: planFor(client, declared, { ...options, only }, subject) };
}
