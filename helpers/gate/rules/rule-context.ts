import type { ResourceTable } from '../../catalogue/table.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import type { Selector } from '../../prometheus/rules/selector.ts';
import type { Surface } from '../../prometheus/rules/surface.ts';
import type { Classified } from '../surface/classify.ts';

/** What rules are checked against. */
export interface RuleContext {
  readonly old: Surface;
  readonly new: Surface;
  /** The classified changes between both surfaces. */
  readonly changes: readonly Classified[];
  /** All family names of all releases, each with the release that removed it; undefined when none did. */
  readonly families: ReadonlyMap<string, string | undefined>;
  /** The names of the series that the rules record. */
  readonly recorded: ReadonlySet<string>;
}

/** `families` of a context, from the catalogue. */
export function familiesOf(tables: readonly ResourceTable[]): RuleContext['families'] {
  return new Map(tables.flatMap((table) => table.families.map(({ name, until }) => [name, until])));
}

/** `recorded` of a context. */
export function recordedNames(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.filter(({ kind }) => kind === 'record').map(({ name }) => name));
}

/** Whether a selector may select metrics of the exporter; other metrics are not checked. */
export function selectsExporter({ metric, matchers }: Selector, { families, recorded }: RuleContext): boolean {
  if (metric === undefined) return matchers.some(({ label, value }) => label === '__name__' && value.startsWith('kube_'));
  return !recorded.has(metric) && (families.has(metric) || metric.startsWith('kube_'));
}
