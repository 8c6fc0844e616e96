import { readsOf } from '../exporter/reads.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterFacts } from '../report/model.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { ConditionFacts, PodRefusals } from '../suite/record.ts';
import { formatVersion } from '../version.ts';
import type { Options } from './options.ts';
import { type Plan, planRun } from './plan.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What becomes known of the cluster as a run goes along, and what the run is going to do on it. */
export type ClusterOfRun = { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] } & { plan: Plan };

/** The plan as long as there is no cluster: everything is assumed of it. */
export function planWithout(declared: readonly DeclaredRequirement[], options: Options, under: TargetOfRun): Plan {
  return plan(declared, options, under, {
    serves: () => true,
    unanswered: new Set(),
    operator: operatorToStart(options) !== undefined,
    refusedPods: {},
  });
}

/**
 * The plan for a cluster that says what it serves.
 * @param known whether there is an operator that this run has to do with, and what admission refuses
 */
export function planFor(
  client: KubeClient,
  declared: readonly DeclaredRequirement[],
  options: Options,
  under: TargetOfRun,
  known: { readonly operator?: boolean; readonly refusedPods?: PodRefusals } = {},
): Plan {
  const { operator = operatorToStart(options) !== undefined, refusedPods = {} } = known;
  const kinds = new Set(client.mapper.resources.map(({ kind }) => kind));
  const unanswered = readsOf(under.target).filter(({ apiVersion }) => client.mapper.unavailable.includes(apiVersion));
  return plan(declared, options, under, {
    serves: (kind) => kinds.has(kind),
    unanswered: new Set(unanswered.map(({ resource }) => resource)),
    operator,
    refusedPods,
  });
}

/** The operator that the run starts, which it does only in a cluster that it has booted. */
export function operatorToStart({ cluster, operatorImage }: Options): string | undefined {
  return (cluster ?? 'k3s') === 'k3s' ? operatorImage : undefined;
}

function plan(
  declared: readonly DeclaredRequirement[],
  { cluster, agents, image, only }: Options,
  { target, profile, documented, audit }: TargetOfRun,
  facts: Pick<ConditionFacts, 'serves' | 'unanswered' | 'operator' | 'refusedPods'>,
): Plan {
  const known = {
    ...facts,
    clusterKind: cluster ?? 'k3s',
    agents,
    exporterVersion: formatVersion(target.version),
    imageGiven: image !== undefined,
    ...(audit && { audit: audit.facts }),
    resources: readsOf(target).map(({ resource }) => resource),
  };
  return planRun(declared, only, { profile, documented, facts: known });
}
