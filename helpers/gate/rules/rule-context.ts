import type { ResourceTable } from '../../accounting/table.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Selector } from '../../rules/selector.ts';
import type { Classified } from '../surface/classify.ts';
import type { Surface } from '../surface/surface.ts';

/** What rules are held against. */
export interface RuleContext {
  readonly old: Surface;
  readonly new: Surface;
  /** What is different between the two, with its reasons. */
  readonly changes: readonly Classified[];
  /** The names that any release of the exporter uses, each with the release that dropped it, if one did. */
  readonly families: ReadonlyMap<string, string | undefined>;
  /** The names that the rules themselves record. */
  readonly recorded: ReadonlySet<string>;
}

/** The names in the tables, for `families`. */
export function familiesOf(tables: readonly ResourceTable[]): RuleContext['families'] {
  return new Map(tables.flatMap((table) => table.families.map(({ name, until }) => [name, until])));
}

/** The names that recording rules give to their results. */
export function recordedNames(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.filter(({ kind }) => kind === 'record').map(({ name }) => name));
}

/** Whether a selector asks for something that the exporter could have: others' metrics are no matter of the gate's. */
export function asksExporter({ metric, matchers }: Selector, { families, recorded }: RuleContext): boolean {
  if (metric === undefined) return matchers.some(({ label, value }) => label === '__name__' && value.startsWith('kube_'));
  return !recorded.has(metric) && (families.has(metric) || metric.startsWith('kube_'));
}
