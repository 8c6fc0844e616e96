import { parseExpression } from '../../prometheus/rules/expression.ts';
import { type Rule, type RuleSource, type Skipped, shortRuleName } from '../../prometheus/rules/rule.ts';
import { unresolvedIn } from '../../prometheus/rules/variables.ts';
import { type RuleContext, selectsExporter } from './rule-context.ts';

/** How an expression can be judged: by its selectors and its results, by its selectors, or not at all. */
export type Coverage =
  | { readonly how: 'whole' }
  | { readonly how: 'selectors' | 'none' /** As the end of a sentence. */; readonly reason: string };

/** What a file holds, and how each expression is judged; together they are all of its rules and queries. */
export interface SourceCounts {
  readonly file: string;
  readonly part: RuleSource['part'];
  /** How many rules and queries the file holds, whatever they are. */
  readonly expressions: number;
  /** Those of which both selectors and results are judged. */
  readonly judged: number;
  /** Those of which only the selectors are judged. */
  readonly bySelectors: readonly Skipped[];
  readonly notJudged: readonly Skipped[];
}

/** Counts how the rules and queries of each file are judged. Every one of them is counted exactly once. */
export function countSources(sources: readonly RuleSource[], context: RuleContext): readonly SourceCounts[] {
  return sources.map(({ file, part, rules, skipped }) => {
    const covered = rules.map((rule) => ({ name: shortRuleName(rule), coverage: coverageOf(rule, context) }));
    const named = (how: Coverage['how']) =>
      covered.flatMap(({ name, coverage }) =>
        coverage.how === how && 'reason' in coverage ? [{ name, reason: coverage.reason }] : [],
      );
    return {
      file,
      part,
      expressions: rules.length + skipped.length,
      judged: covered.filter(({ coverage }) => coverage.how === 'whole').length,
      bySelectors: named('selectors'),
      notJudged: [...named('none'), ...skipped],
    };
  });
}

const MOST_NAMES = 3;

/** Series that Prometheus writes for every target and alert. Source: Prometheus, 'Jobs and instances' and 'Alerting rules'. */
const ofPrometheus = /^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE)$/;

/** How an expression can be judged with nothing but this exporter's metrics. */
export function coverageOf({ expression }: Pick<Rule, 'expression'>, context: RuleContext): Coverage {
  const { faults, rangeless } = parseExpression(expression);
  if (faults.length > 0) return { how: 'none', reason: 'it does not parse' };
  const { usesExporter, usesTelemetry, others, ofPrometheusOnly } = usesOf(expression, context, new Set());
  const unresolved = unresolvedIn(expression);
  if (!usesExporter) {
    if (unresolved.length > 0) return { how: 'none', reason: `the dashboard has no value for ${unresolved.join(', ')}` };
    if (others.size > 0) return { how: 'none', reason: `it uses ${described(others)}` };
    return {
      how: 'none',
      reason: ofPrometheusOnly ? 'it uses only series that Prometheus itself writes' : 'it selects no metric',
    };
  }
  if (unresolved.length > 0) return { how: 'selectors', reason: `the dashboard has no value for ${unresolved.join(', ')}` };
  if (others.size > 0) return { how: 'selectors', reason: `it also needs ${described(others)}` };
  if (usesTelemetry)
    return { how: 'selectors', reason: 'the metrics about the exporter itself differ between any two processes' };
  if (rangeless !== undefined) return { how: 'selectors', reason: `${rangeless} has no range, which only MetricsQL allows` };
  return { how: 'whole' };
}

/** `metrics of other exporters: node_load1; series that no given rule records: a:b` */
function described(others: ReadonlySet<string>): string {
  const isRecorded = (name: string) => name.includes(':') && !name.includes('{');
  const isOwn = (name: string) => name.startsWith('kube_state_metrics_');
  const kinds = [
    { kind: 'metrics about the exporter itself, which were not scraped', names: [...others].filter(isOwn) },
    { kind: 'metrics of other exporters', names: [...others].filter((name) => !isOwn(name) && !isRecorded(name)) },
    { kind: 'series that no given rule records', names: [...others].filter(isRecorded) },
  ];
  return kinds
    .filter(({ names }) => names.length > 0)
    .map(
      ({ kind, names }) =>
        `${kind}: ${names.slice(0, MOST_NAMES).join(', ')}${names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''}`,
    )
    .join('; ');
}

interface Uses {
  readonly usesExporter: boolean;
  readonly usesTelemetry: boolean;
  /** The names of metrics that neither the exporter exposes nor any of the rules records. */
  readonly others: ReadonlySet<string>;
  readonly ofPrometheusOnly: boolean;
}

/** What an expression uses, through the rules that record its series. */
function usesOf(expression: string, context: RuleContext, within: ReadonlySet<string>): Uses {
  const others = new Set<string>();
  let usesExporter = false;
  let usesTelemetry = false;
  let ofPrometheusOnly = false;
  for (const selector of parseExpression(expression).selectors) {
    const { metric, text } = selector;
    const recording = metric === undefined ? undefined : context.recorded.get(metric);
    if (metric !== undefined && recording && !within.has(metric)) {
      for (const rule of recording) {
        const uses = usesOf(rule.expression, context, new Set([...within, metric]));
        usesExporter ||= uses.usesExporter;
        usesTelemetry ||= uses.usesTelemetry;
        for (const name of uses.others) others.add(name);
      }
    } else if (selectsExporter(selector, context)) {
      usesExporter = true;
      usesTelemetry ||= metric !== undefined && context.telemetry.has(metric);
    } else if (metric !== undefined && ofPrometheus.test(metric)) ofPrometheusOnly = true;
    else if (unresolvedIn(text).length === 0 && !recording) others.add(metric ?? text);
  }
  return { usesExporter, usesTelemetry, others, ofPrometheusOnly };
}
