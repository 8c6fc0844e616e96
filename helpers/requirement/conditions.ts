import { atLeast, parseVersion } from '../version.ts';
import type { Condition } from './record.ts';

/** For what changes a node: never on a cluster that the run did not boot. */
export const ownCluster: Condition = {
  reason: 'It changes a node, which a run never does on a cluster that exists.',
  omits: true,
  holds: ({ clusterKind }) => clusterKind !== 'kubeconfig',
};

export const withAgents: Condition = {
  reason: 'It needs a node without the taint: --agents 1.',
  omits: false,
  holds: ({ agents }) => agents > 0,
};

/** For what the exporter has from a release on. */
export function since(release: string): Condition {
  return {
    reason: `The exporter has it from ${release} on.`,
    omits: false,
    holds: ({ exporterVersion }) => atLeast(parseVersion(exporterVersion), release),
  };
}

/** For what the exporter had before a release. */
export function before(release: string): Condition {
  const from = since(release);
  return { reason: `The exporter has it no more from ${release} on.`, omits: false, holds: (facts) => !from.holds(facts) };
}

/** All of these; the reason is that of the first that does not hold. */
export function both(first: Condition, second: Condition): Condition {
  return {
    reason: `${first.reason} ${second.reason}`,
    omits: first.omits || second.omits,
    holds: (facts) => first.holds(facts) && second.holds(facts),
  };
}
