import { atLeast, parseVersion } from '../version.ts';
import { rightWords } from './audit-rights.ts';
import type { Condition, ConditionFacts, RequirementRecord } from './record.ts';

/** For what others would feel: a taint on a node, an object that crashes exporters. Never on a cluster that the run did not boot. */
export const ownCluster = condition(
  ({ clusterKind }) => clusterKind !== 'kubeconfig',
  'It disturbs others, which a run never does on a cluster that exists.',
  true,
);

/** For what the manifests say of their own image: not when the run puts another one into them. */
export const manifestsOwnImage = condition(({ imageGiven }) => !imageGiven, 'The run names another image than the manifests.');

/** For what a prometheus-operator does with the exporter. */
export const withOperator = condition(
  ({ operator }) => operator,
  'It needs a prometheus-operator that looks at every namespace: --operator-image, or a cluster that has one.',
);

export const withAgents = condition(({ agents }) => agents > 0, 'It needs a node without the taint: --agents 1.');

/** For what only a single node can show. */
export const withoutAgents = condition(
  ({ agents }) => agents === 0,
  'With agents the exporter may run on any node; a requirement of its own looks at the tainted one.',
);

/** For what the exporter has from a release on. */
export function since(release: string): Condition {
  return condition(isSince(release), `The exporter has it from ${release} on.`);
}

/** For what the exporter had before a release. */
export function before(release: string): Condition {
  return condition((facts) => !isSince(release)(facts), `The exporter has it no more from ${release} on.`);
}

/** For what the exporter says of one resource. */
export function exposes(resource: string, kind: string): Condition {
  return all(
    condition(({ resources }) => resources.includes(resource), `The exporter does not read ${resource}.`),
    condition(({ unanswered }) => !unanswered.has(resource), `The API group of ${resource} does not answer.`, true),
    condition(({ serves }) => serves(kind), `The cluster does not serve ${kind}.`),
    condition(({ audit }) => !audit?.unreadable.has(resource), `You may not list ${resource}.`, true),
    condition(({ audit }) => !audit?.empty.has(resource), `The cluster has no ${kind}.`),
  );
}

/** For what a ServiceMonitor leads to: that of the manifests, one that a user would write, or, in an audit, one that is there. */
export const monitored = condition(
  ({ audit }) => audit?.monitored !== false,
  'The cluster has no ServiceMonitor for the exporter.',
);

/** What admission has against a requirement: it refuses a pod that the body makes. */
export function admitted({ makes = [] }: Pick<RequirementRecord, 'makes'>): Condition {
  return ({ refusedPods }) => {
    const reason = makes.map((kind) => refusedPods[kind]).find((refusal) => refusal !== undefined);
    return reason === undefined ? undefined : { reason, omits: false };
  };
}

/** What an audit has against a requirement: it changes nothing, and has the rights of its caller. */
export function auditable({ reads }: Pick<RequirementRecord, 'reads'>): Condition {
  return all(
    condition(({ audit }) => !audit || reads !== undefined, 'An audit changes nothing and installs nothing.', true),
    ...(reads ?? []).map((right) =>
      condition(({ audit }) => !audit || audit.rights.has(right), `You may not ${rightWords[right]}.`, true),
    ),
  );
}

/** All of these; the first objection counts. */
export function all(...conditions: readonly Condition[]): Condition {
  return (facts) => conditions.map((one) => one(facts)).find((objection) => objection !== undefined);
}

function condition(holds: (facts: ConditionFacts) => boolean, reason: string, omits = false): Condition {
  return (facts) => (holds(facts) ? undefined : { reason, omits });
}

function isSince(release: string): (facts: ConditionFacts) => boolean {
  return ({ exporterVersion }) => atLeast(parseVersion(exporterVersion), release);
}
