import type { Toleration } from './workload.ts';

interface TaintOfNode {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** Whether a toleration is of a taint. Source: Kubernetes, Taints and tolerations: an empty key, and an empty effect, match all. */
export function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: TaintOfNode): boolean {
  if (effect && effect !== taint.effect) return false;
  if (!key) return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''));
}

/**
 * For how long a pod with these tolerations may stay on a node after it was given a NoExecute taint.
 * Source: Kubernetes, Taints and tolerations: tolerationSeconds; of several tolerations of one taint the first one counts.
 * @returns seconds: 0 when none is of the taint, Infinity when it is tolerated for good
 */
export function toleratedFor(tolerations: readonly Toleration[], taint: TaintOfNode): number {
  const first = tolerations.find((one) => tolerates(one, taint));
  return first ? (first.tolerationSeconds ?? Number.POSITIVE_INFINITY) : 0;
}
