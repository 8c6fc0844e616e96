import { atLeast, parseVersion } from '../version.ts';
import { rightWords } from './audit-rights.ts';
import type { Condition, ConditionFacts, RequirementRecord } from './record.ts';

/** For what disturbs other users: a taint on a node, an object that crashes exporters. Never on a cluster that the run did not boot. */
export const ownCluster = condition(
  ({ clusterKind }) => clusterKind !== 'kubeconfig',
  'It disturbs other users, which a run never does on a cluster that exists.',
  true,
);

/** For labels that depend on the manifests' own image. */
export const manifestsOwnImage = condition(({ imageGiven }) => !imageGiven, 'The run replaces the image of the manifests.');

/** For a scrape by a prometheus-operator. */
export const withOperator = condition(
  ({ operator }) => operator,
  'It needs a prometheus-operator that watches every namespace: --operator-image, or a cluster that has one.',
);

/** For the custom metrics API. */
export const withAdapter = condition(
  ({ adapter = false }) => adapter,
  'It needs a prometheus-adapter in a cluster that the run boots: --adapter-image.',
);

export const withAgents = condition(({ agents }) => agents > 0, 'It needs a node without the taint: --agents 1.');

/** For what is observable only on a single node. */
export const withoutAgents = condition(
  ({ agents }) => agents === 0,
  'With agents the exporter may run on any node; another requirement verifies the tainted one.',
);

/** For workloads that share the objects. */
export const shares = condition(({ sharing }) => sharing !== undefined, 'One workload exposes everything.');

/** For shards: a part of the objects each, by their uids. */
export const sharesByUid = condition(({ sharing }) => sharing?.byUid === true, 'The exporter has no shards.');

/** For shards that find their ordinal and the total by themselves. */
export const findsOwnShards = condition(
  ({ sharing }) => sharing?.automatic === true,
  'No shard finds its place by its StatefulSet (--pod).',
);

/** For workloads that expose the pods of their nodes. */
export const sharesByNode = condition(
  ({ sharing }) => sharing?.byNode === true,
  'No workload selects pods by their nodes (--node, --track-unscheduled-pods).',
);

/** For ports with TLS or authorization. */
export const secured = condition(
  (facts) => facts.secured !== undefined,
  'Nothing is secured: the exporter has neither --auth-filter nor --tls-config, and no kube-rbac-proxy is in front of it.',
);

/** For a kube-rbac-proxy in front of the exporter. */
export const proxied = condition((facts) => facts.secured?.proxied === true, 'No kube-rbac-proxy is in front of the exporter.');

/** For ports that require a token. */
export const guarded = condition(
  (facts) => facts.secured?.guarded === true,
  'No port requires a token: there is neither --auth-filter nor a kube-rbac-proxy.',
);

/** For a NetworkPolicy as shipped. */
export const withNetworkPolicy = condition(
  ({ hasNetworkPolicy = false }) => hasNetworkPolicy,
  'The manifests have no NetworkPolicy.',
);

/** For a feature that the exporter has from a release on. */
export function since(release: string): Condition {
  return condition(isSince(release), `The exporter has it only from ${release} on.`);
}

/** For a feature that the exporter had before a release. */
export function before(release: string): Condition {
  return condition((facts) => !isSince(release)(facts), `The exporter no longer has it from ${release} on.`);
}

/** For the metrics of a resource. */
export function exposes(resource: string, kind: string): Condition {
  return allOf(
    condition(({ resources }) => resources.includes(resource), `The exporter does not read ${resource}.`),
    condition(({ unanswered }) => !unanswered.has(resource), `The API group of ${resource} does not answer.`, true),
    condition(({ serves }) => serves(kind), `The cluster does not serve ${kind}.`),
    condition(({ audit }) => !audit?.unreadable.has(resource), `You may not list ${resource}.`, true),
    condition(({ audit }) => !audit?.empty.has(resource), `The cluster has no ${kind}.`),
  );
}

/** For the metrics of a configuration of custom resource state. */
export const exposesCustomResources = allOf(
  condition(({ resources }) => resources.includes('customresourcedefinitions'), 'The exporter has no custom resource state.'),
  condition(
    ({ audit }) => !audit?.unreadable.has('customresourcedefinitions'),
    'You may not list customresourcedefinitions.',
    true,
  ),
);

/** For what the run creates in namespaces of its own. */
export const inOwnNamespaces = condition(
  ({ readsOwnNamespaces }) => readsOwnNamespaces,
  'The exporter is limited to namespaces (--namespaces), and the run creates objects in its own only.',
);

/** For the metrics of objects that the run creates in namespaces of its own. */
export function exposesOwn(resource: string, kind: string): Condition {
  return allOf(exposes(resource, kind), inOwnNamespaces);
}

/** For a ServiceMonitor: that of the manifests, one that a user would write, or, in an audit, one that exists. */
export const monitored = condition(
  ({ audit }) => audit?.monitored !== false,
  'The cluster has no ServiceMonitor for the exporter.',
);

/** Objects when admission refuses a pod that the requirement creates. */
export function admitted({ makes = [] }: Pick<RequirementRecord, 'makes'>): Condition {
  return ({ refusedPods }) => {
    const reason = makes.map((kind) => refusedPods[kind]).find((refusal) => refusal !== undefined);
    return reason === undefined ? undefined : { reason, omits: false };
  };
}

/** Objects in an audit, when the requirement changes something or the caller lacks a right that it needs. */
export function auditable({ reads }: Pick<RequirementRecord, 'reads'>): Condition {
  return allOf(
    condition(({ audit }) => !audit || reads !== undefined, 'An audit changes nothing and installs nothing.', true),
    ...(reads ?? []).map((right) =>
      condition(({ audit }) => !audit || audit.rights.has(right), `You may not ${rightWords[right]}.`, true),
    ),
  );
}

/** All of these conditions; the first objection is returned. */
export function allOf(...conditions: readonly Condition[]): Condition {
  return (facts) => conditions.map((holds) => holds(facts)).find((objection) => objection !== undefined);
}

function condition(holds: (facts: ConditionFacts) => boolean, reason: string, omits = false): Condition {
  return (facts) => (holds(facts) ? undefined : { reason, omits });
}

function isSince(release: string): (facts: ConditionFacts) => boolean {
  return ({ exporterVersion }) => atLeast(parseVersion(exporterVersion), release);
}
