import type { Expected } from './table.ts';

/** The states of a condition, in the exporter's spelling. */
const CONDITION_STATUSES = ['true', 'false', 'unknown'] as const;

/** What every condition of a Kubernetes object has. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/**
 * The three samples of a condition, 1 on the status that holds. `label` is `condition` or `status`, as the family has it;
 * further labels come first: `conditionSamples('True', { condition: 'Ready' }, 'status')`.
 */
export function conditionSamples(status: string | undefined, labels: Expected['labels'], label: string): readonly Expected[] {
  return CONDITION_STATUSES.map((each) => ({
    labels: { ...labels, [label]: each },
    value: status !== undefined && isStatus(each, status) ? 1 : 0,
  }));
}

function isStatus(each: string, status: string): boolean {
  return `${each.charAt(0).toUpperCase()}${each.slice(1)}` === status;
}
