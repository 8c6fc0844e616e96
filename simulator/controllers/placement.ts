import { tolerates } from '../../helpers/scheduling/toleration.ts';
import type { Node, PodSpec, Taint, Toleration } from '../objects.ts';
import { holds, matchesSelector } from '../selectors.ts';

/** The first taint of these effects that a pod does not tolerate. Source: Kubernetes, Taints and tolerations. */
export function untolerated(node: Node, tolerations: readonly Toleration[] = [], effects: readonly string[]): Taint | undefined {
  return node.spec.taints?.find((taint) => effects.includes(taint.effect) && !tolerations.some((one) => tolerates(one, taint)));
}

/** Whether a node has the labels and the name that a pod asks for. */
export function isAskedFor({ metadata }: Node, { nodeSelector, affinity }: PodSpec): boolean {
  if (!matchesSelector({ matchLabels: nodeSelector ?? {} }, metadata.labels)) return false;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every(({ key, operator, values = [] }) => holds(metadata.labels?.[key], operator, values)) &&
      matchFields.every(({ operator, values = [] }) => holds(metadata.name, operator, values)),
  );
}
