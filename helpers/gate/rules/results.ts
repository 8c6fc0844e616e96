import { seriesKey } from '../../accounting/series.ts';
import type { QueryResult, ResultRow } from '../../prometheus/prometheus.ts';
import { parseExpression } from '../../prometheus/rules/expression.ts';
import { type Rule, ruleName, shortRuleName } from '../../prometheus/rules/rule.ts';
import type { GateDifference } from '../difference.ts';
import { partOf, type RuleIdentities, ruleId } from './gate-rules.ts';

const EXAMPLES = 3;

/** The results of a rule on each side, evaluated at the same instant. */
export interface Evaluated {
  readonly rule: Rule;
  readonly old: QueryResult;
  readonly new: QueryResult;
}

/** Rules whose results differ. Lost rows, other values and new errors reject. */
export function gateResults(evaluated: readonly Evaluated[], identities: RuleIdentities): readonly GateDifference[] {
  const recorded = new Set(
    evaluated
      .filter(({ rule }) => rule.kind === 'record')
      .filter(differs)
      .map(({ rule }) => rule.name),
  );
  return evaluated.flatMap((results) => {
    const difference = differenceOf(results, identities);
    return difference ? [withCauses(difference, results.rule, recorded)] : [];
  });
}

/** Names the recorded series that the rule uses and that differ themselves: what is wrong with it may be wrong with them only. */
function withCauses(difference: GateDifference, { expression }: Rule, recorded: ReadonlySet<string>): GateDifference {
  const metrics = parseExpression(expression).selectors.flatMap(({ metric = '' }) => (recorded.has(metric) ? [metric] : []));
  if (metrics.length === 0) return difference;
  const causes = [...new Set(metrics)].join(', ');
  const sentence = `${difference.sentence} It uses ${causes}, whose results differ too.`;
  return { ...difference, sentence, advice: `First correct the rule that records ${causes}.` };
}

/** Whether the results of a rule differ, or one side cannot evaluate it. */
export function differs(evaluated: Evaluated): boolean {
  return differenceOf(evaluated, new Map()) !== undefined;
}

function differenceOf({ rule, old, new: now }: Evaluated, identities: RuleIdentities): GateDifference | undefined {
  const base = { id: ruleId(rule, 'result', identities), part: partOf(rule), rule: shortRuleName(rule) } as const;
  if ('error' in old || 'error' in now) {
    if ('error' in old && 'error' in now) {
      const sentence = `${ruleName(rule)}: Prometheus cannot evaluate it on either release: ${now.error}`;
      return { ...base, sentence, severity: 'harmless', both: true, old: linesOf(old), new: linesOf(now) };
    }
    const [sentence, severity] =
      'error' in now
        ? ([`Prometheus cannot evaluate it with the candidate: ${now.error}`, 'reject'] as const)
        : (['Prometheus can evaluate it with the candidate, but could not with the old release.', 'note'] as const);
    return { ...base, sentence: `${ruleName(rule)}: ${sentence}`, severity, old: linesOf(old), new: linesOf(now) };
  }
  const [before, after] = [byKey(old.rows), byKey(now.rows)];
  const arrived = [...after].filter(([key]) => !before.has(key)).map(([, row]) => row);
  const missing = [...before].filter(([key]) => !after.has(key)).map(([, row]) => row);
  const extended = missing.filter((row) => arrived.some((candidate) => isExtended(candidate, row)));
  const lost = missing.filter((row) => !extended.includes(row));
  const changed = [...before].filter(
    ([key, { value }]) => after.get(key)?.value !== undefined && after.get(key)?.value !== value,
  );
  if (missing.length + arrived.length + changed.length === 0) return undefined;
  const counts = `${old.rows.length} ${old.rows.length === 1 ? 'result' : 'results'} before, ${now.rows.length} now`;
  const summary = [
    ...(lost.length > 0 ? [`${lost.length} lost`] : []),
    ...(extended.length > 0 ? [`${extended.length} with further labels`] : []),
    ...(arrived.length > extended.length ? [`${arrived.length - extended.length} new`] : []),
    ...(changed.length > 0 ? [`${changed.length} with another value`] : []),
  ].join(', ');
  const keys = changed.map(([key]) => key);
  const examples = (rows: readonly ResultRow[], byKeys: ReadonlyMap<string, ResultRow>) =>
    [...rows, ...keys.flatMap((key) => byKeys.get(key) ?? [])].slice(0, EXAMPLES).map(written);
  return {
    ...base,
    sentence: `${ruleName(rule)}: its results differ: ${counts} (${summary}).`,
    brief: `${counts} (${summary}).`,
    severity: lost.length + changed.length > 0 ? 'reject' : 'note',
    old: examples(missing, before),
    new: examples(arrived, after),
  };
}

/** Whether a row has all labels and the value of the original, and further labels: the same alert under another identity. */
function isExtended(row: ResultRow, original: ResultRow): boolean {
  return row.value === original.value && Object.entries(original.labels).every(([name, text]) => row.labels[name] === text);
}

function byKey(rows: readonly ResultRow[]): ReadonlyMap<string, ResultRow> {
  return new Map(rows.map((row) => [seriesKey(row.labels), row]));
}

function linesOf(result: QueryResult): readonly string[] {
  return 'error' in result ? [result.error] : result.rows.slice(0, EXAMPLES).map(written);
}

function written({ labels: { __name__: name = '', ...labels }, value }: ResultRow): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(', ')}} ${value}`;
}
