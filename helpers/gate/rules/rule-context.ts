import { tables as allTables } from '../../catalogue/resources/index.ts';
import type { ResourceTable } from '../../catalogue/table.ts';
import type { Exposition } from '../../exposition/model.ts';
import { noLabels, PackedSamples } from '../../exposition/packed-samples.ts';
import { parseExpression } from '../../prometheus/rules/expression.ts';
import { accepts } from '../../prometheus/rules/matcher.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import { noTargetLabels, type Surface, type SurfaceFamily, type TargetLabels } from '../../prometheus/rules/surface.ts';
import type { Matcher, Selector } from '../../prometheus/rules/syntax.ts';
import { isUnresolved } from '../../prometheus/rules/variables.ts';
import type { Classified } from '../surface/classify.ts';

/** What rules are checked against. */
export interface RuleContext {
  readonly old: Surface;
  readonly new: Surface;
  /** The classified changes between both surfaces. */
  readonly changes: readonly Classified[];
  /** The labels that a scrape adds to the series of both sides. */
  readonly target: TargetLabels;
  /** All family names of all releases, each with the release that removed it; undefined when none did. */
  readonly families: ReadonlyMap<string, string | undefined>;
  /** The rules that record a series, by its name. */
  readonly recorded: ReadonlyMap<string, readonly Rule[]>;
  /** The names of the metrics about the exporter itself, whose values differ between any two processes. */
  readonly telemetry: ReadonlySet<string>;
}

export interface ContextRequest {
  readonly old: Surface;
  readonly new: Surface;
  readonly changes: readonly Classified[];
  /** The metrics about the exporter itself; undefined where they were not scraped on both sides. */
  readonly telemetry?: { readonly old: Exposition; readonly new: Exposition };
  readonly target?: TargetLabels;
}

/** A context for the rules, from both surfaces and the catalogue; live or predicted. */
export function ruleContext(
  rules: readonly Rule[],
  { old, new: now, changes, telemetry, target = noTargetLabels }: ContextRequest,
  tables: readonly ResourceTable[] = allTables,
): RuleContext {
  const families = new Map(tables.flatMap((table) => table.families.map(({ name, until }) => [name, until])));
  const own = { old: familiesByName(telemetry?.old), new: familiesByName(telemetry?.new) };
  return {
    old: { ...old, families: new Map([...own.old, ...old.families]) },
    new: { ...now, families: new Map([...own.new, ...now.families]) },
    changes,
    target,
    families,
    recorded: recordedBy(rules),
    telemetry: new Set([...own.old.keys(), ...own.new.keys()]),
  };
}

/** The recording rules, by the name of the series that they record. */
export function recordedBy(rules: readonly Rule[]): RuleContext['recorded'] {
  const recorded = new Map<string, Rule[]>();
  for (const rule of rules.filter(({ kind }) => kind === 'record')) {
    recorded.set(rule.name, [...(recorded.get(rule.name) ?? []), rule]);
  }
  return recorded;
}

/** The metrics of an exposition, each under the name of its samples: `x_bucket` and `x_sum` of the histogram `x`. */
function familiesByName(exposition: Exposition | undefined): ReadonlyMap<string, SurfaceFamily> {
  const families = new Map<string, SurfaceFamily>();
  for (const { type, help, samples } of exposition?.families.values() ?? []) {
    for (const { name, labels, value } of samples) {
      const family = families.get(name) ?? { name, type, help, samples: new PackedSamples() };
      family.samples.add(noLabels, labels, value);
      families.set(name, family);
    }
  }
  return families;
}

/**
 * Whether a selector selects metrics of the exporter: of the catalogue, with its prefix, or of any name that a side exposes, such as
 * those of custom resources. Other metrics are not checked.
 */
export function selectsExporter({ metric, matchers }: Selector, context: RuleContext): boolean {
  const { families, recorded, old, new: now } = context;
  if (metric === undefined) {
    const onName = matchers.filter(({ label }) => label === '__name__');
    const names = [families, old.families, now.families].flatMap((known) => [...known.keys()]);
    return onName.length > 0 && names.some((name) => onName.every((matcher) => accepts(matcher, { __name__: name })));
  }
  if (isUnresolved(metric) || recorded.has(metric)) return false;
  if (families.has(metric)) return true;
  const isExposed = old.families.has(metric) || now.families.has(metric);
  // The telemetry has a port of its own, which was perhaps not scraped.
  if (metric.startsWith('kube_')) return isExposed || !metric.startsWith('kube_state_metrics_');
  return isExposed && matchers.every((matcher) => isOfTarget(matcher, context));
}

/** Whether a matcher on a target label accepts its value; many exporters have metrics of the same name, such as `go_goroutines`. */
function isOfTarget(matcher: Matcher, { target: { labels } }: RuleContext): boolean {
  return labels[matcher.label] === undefined || accepts(matcher, labels);
}

/** The names of the metrics that expressions select, through the rules that record them; undefined where one selects without a name. */
export function selectedMetrics(
  expressions: readonly string[],
  recorded: RuleContext['recorded'],
): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  const open = [...expressions];
  for (let expression = open.pop(); expression !== undefined; expression = open.pop()) {
    for (const { metric } of parseExpression(expression).selectors) {
      if (metric === undefined) return undefined;
      if (names.has(metric)) continue;
      names.add(metric);
      open.push(...(recorded.get(metric) ?? []).map((rule) => rule.expression));
    }
  }
  return names;
}
