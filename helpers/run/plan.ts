import { parseExporterArguments } from '../catalogue/arguments.ts';
import { argumentsOf, flagValue } from '../exporter/ports.ts';
import type { Feature, Profile } from '../exporter/profile.ts';
import { readsOf } from '../exporter/reads.ts';
import { frontsOf, listenerOf } from '../exporter/secured.ts';
import { findsOwnShard } from '../exporter/shares.ts';
import { deriveWorkloads, type Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ClusterFacts } from '../report/model.ts';
import { admitted, auditable } from '../suite/conditions.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { ConditionFacts, Objection, PodRefusals } from '../suite/record.ts';
import { isSelected } from '../suite/selection.ts';
import { formatVersion } from '../version.ts';
import type { Options } from './options.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What a run does with each requirement. */
export interface Plan {
  readonly selected: readonly DeclaredRequirement[];
  /** id → reason. */
  readonly notApplicable: ReadonlyMap<string, string>;
  /** What the user's selection or the cluster excludes: id → reason. */
  readonly skipped: ReadonlyMap<string, string>;
  /**
   * The requirements of features that could be promised and are not: id → why it is not verified, undefined where it is among the selected.
   * Their results do not count. Empty where they are not to be verified.
   */
  readonly notPromised: ReadonlyMap<string, string | undefined>;
}

/** What the plan is made from. */
interface Known {
  readonly profile: Profile;
  /** Whether an unchanged known target is under test, whose rendering is documented. */
  readonly documented: boolean;
  readonly facts: ConditionFacts;
  /** Whether what is not promised is verified as well, as far as it costs little. */
  readonly triesUnpromised?: boolean;
}

/**
 * Decides which requirements run.
 * @param only areas and ids; empty for all
 */
export function planRun(declared: readonly DeclaredRequirement[], only: readonly string[], known: Known): Plan {
  const selected: DeclaredRequirement[] = [];
  const notApplicable = new Map<string, string>();
  const skipped = new Map<string, string>();
  const notPromised = new Map<string, string | undefined>();
  for (const requirement of declared) {
    const { id } = requirement;
    const objection = objectionTo(requirement, known);
    if (known.triesUnpromised && isUnpromised(requirement, known)) notPromised.set(id, whyNotTried(requirement, only, known));
    if (objection && !objection.omits) notApplicable.set(id, objection.reason);
    else if (!isSelected(id, only)) skipped.set(id, `--only ${only.join(',')}`);
    else if (objection) skipped.set(id, objection.reason);
    else selected.push(requirement);
  }
  // Last, so that what is promised does not wait for them.
  selected.push(...declared.filter(({ id }) => notPromised.has(id) && notPromised.get(id) === undefined));
  return { selected, notApplicable, skipped, notPromised };
}

function objectionTo(requirement: DeclaredRequirement, { profile, documented, facts }: Known): Objection | undefined {
  const { feature } = requirement;
  if (feature === 'documented-rendering') {
    if (!documented) return { reason: 'Only an unchanged known target has a documented rendering.', omits: false };
  } else if (!profile.features.includes(feature)) {
    return { reason: `The profile ${profile.name} does not promise ${feature}.`, omits: false };
  }
  return objectionOfRun(requirement, facts);
}

/** Features that say nothing of a deployment that does not have them. */
const meaninglessUnpromised: readonly Feature[] = ['documented-rendering', 'sharding'];

function isUnpromised({ feature }: DeclaredRequirement, { profile }: Known): boolean {
  return !meaninglessUnpromised.includes(feature) && !profile.features.includes(feature);
}

/** Why a requirement that is not promised is not verified all the same; undefined where it is. */
function whyNotTried(requirement: DeclaredRequirement, only: readonly string[], { profile, facts }: Known): string | undefined {
  if (!isSelected(requirement.id, only)) return `--only ${only.join(',')}`;
  if (requirement.feature === 'tainted-control-plane' && profile.cluster.taint === undefined)
    return 'It needs a node with a taint, which only a profile with that promise names.';
  if (requirement.serial) return 'It disturbs others, and is verified only where it is promised.';
  if (requirement.makes?.includes('prometheus')) return 'It starts a Prometheus, and is verified only where it is promised.';
  return objectionOfRun(requirement, facts)?.reason;
}

function objectionOfRun(requirement: DeclaredRequirement, facts: ConditionFacts): Objection | undefined {
  const objection = requirement.only?.(facts);
  if (objection?.omits === false) return objection;
  return auditable(requirement)(facts) ?? admitted(requirement)(facts) ?? objection;
}

/** The cluster's facts, filled in as they become known, and the plan for it. */
export type ClusterOfRun = { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] } & { plan: Plan };

/** The plan before there is a cluster: it is assumed to serve and admit everything. */
export function planWithout(declared: readonly DeclaredRequirement[], options: Options, subject: TargetOfRun): Plan {
  return plan(declared, options, subject, {
    serves: () => true,
    unanswered: new Set(),
    operator: operatorToStart(options) !== undefined,
    refusedPods: {},
  });
}

/**
 * The plan for a cluster whose resources are known.
 * @param known whether there is an operator that the run can use, and which pods admission refuses
 */
export function planFor(
  client: KubeClient,
  declared: readonly DeclaredRequirement[],
  options: Options,
  subject: TargetOfRun,
  known: { readonly operator?: boolean; readonly refusedPods?: PodRefusals } = {},
): Plan {
  const { operator = operatorToStart(options) !== undefined, refusedPods = {} } = known;
  const kinds = new Set(client.mapper.resources.map(({ kind }) => kind));
  const unavailable = client.mapper.unavailable.map(({ apiVersion }) => apiVersion);
  const unanswered = readsOf(subject.target).filter(({ apiVersion }) => unavailable.includes(apiVersion));
  return plan(declared, options, subject, {
    serves: (kind) => kinds.has(kind),
    unanswered: new Set(unanswered.map(({ resource }) => resource)),
    operator,
    refusedPods,
  });
}

/** The image of the operator that the run starts, only in a cluster that it boots; undefined for none. */
export function operatorToStart({ cluster, operatorImage }: Options): string | undefined {
  return (cluster ?? 'k3s') === 'k3s' ? operatorImage : undefined;
}

/** The image of the prometheus-adapter that the run starts, in the same way. */
export function adapterToStart({ cluster, adapterImage }: Options): string | undefined {
  return (cluster ?? 'k3s') === 'k3s' ? adapterImage : undefined;
}

function plan(
  declared: readonly DeclaredRequirement[],
  options: Options,
  { target, profile, documented, audit, triesUnpromised = false }: TargetOfRun,
  facts: Pick<ConditionFacts, 'serves' | 'unanswered' | 'operator' | 'refusedPods'>,
): Plan {
  const { cluster, agents, image, only } = options;
  const known = {
    ...facts,
    adapter: adapterToStart(options) !== undefined,
    clusterKind: cluster ?? 'k3s',
    agents,
    exporterVersion: formatVersion(target.version),
    ...sharingOf(target),
    ...securedOf(target),
    hasNetworkPolicy: target.objects.some(({ kind }) => kind === 'NetworkPolicy'),
    imageGiven: image !== undefined,
    ...(audit && { audit: audit.facts }),
    resources: readsOf(target).map(({ resource }) => resource),
    readsOwnNamespaces: parseExporterArguments(target.arguments).namespaces === undefined,
  };
  return planRun(declared, only, { profile, documented, facts: known, triesUnpromised });
}

/** How the ports of the manifests' workloads are secured. */
function securedOf({ objects, name }: Target): Pick<ConditionFacts, 'secured'> {
  const pods = deriveWorkloads(objects, { name }).map(({ workload, ports }) => {
    const { containers } = workload.spec.template.spec;
    const listeners = Object.values(ports).map(({ number }) => listenerOf(containers, number));
    return { isProxied: frontsOf(containers).length > 0, listeners };
  });
  const proxied = pods.some(({ isProxied }) => isProxied);
  const listeners = pods.flatMap((pod) => pod.listeners);
  const guarded = proxied || listeners.some(({ token }) => token);
  return guarded || listeners.some(({ tls }) => tls) ? { secured: { proxied, guarded } } : {};
}

/** How the workloads of the manifests share the objects. */
function sharingOf({ objects, name }: Target): Pick<ConditionFacts, 'sharing'> {
  const containers = deriveWorkloads(objects, { name }).map(({ container }) => container);
  const has = (flag: string) => containers.some((container) => flagValue(argumentsOf(container), flag) !== undefined);
  const automatic = containers.some(findsOwnShard);
  const byUid = automatic || has('--total-shards');
  const byNode = has('--node') || has('--track-unscheduled-pods');
  return byUid || byNode ? { sharing: { automatic, byUid, byNode } } : {};
}
