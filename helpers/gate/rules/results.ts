import { seriesKey } from '../../accounting/series.ts';
import type { QueryResult, ResultRow } from '../../prometheus/answers.ts';
import { type Rule, ruleName, shortRuleName } from '../../rules/rule.ts';
import type { GateDifference } from '../difference.ts';
import { ruleId } from './gate-rules.ts';

const EXAMPLES = 3;

/** What a rule came to with each side, evaluated at the same instant. */
export interface Evaluated {
  readonly rule: Rule;
  readonly old: QueryResult;
  readonly new: QueryResult;
}

/** Rules whose results differ; rows that are lost, and an error that was none, are what an upgrade must not do to a rule. */
export function gateResults(evaluated: readonly Evaluated[]): readonly GateDifference[] {
  return evaluated.flatMap((one) => differenceOf(one) ?? []);
}

function differenceOf({ rule, old, new: now }: Evaluated): GateDifference | undefined {
  const part = rule.kind === 'panel' || rule.kind === 'variable' ? 'dashboards' : 'rules';
  const base = { id: ruleId(part, rule, 'result'), part, rule: shortRuleName(rule) } as const;
  if ('error' in old || 'error' in now) {
    if ('error' in old && 'error' in now) {
      const sentence = `${ruleName(rule)}: Prometheus cannot evaluate it on either side: ${now.error}`;
      return { ...base, sentence, severity: 'nothing', both: true, old: told(old), new: told(now) };
    }
    const [sentence, severity] =
      'error' in now
        ? ([`Prometheus cannot evaluate it with the candidate: ${now.error}`, 'reject'] as const)
        : (['Prometheus could not evaluate it with the old release, and can with the candidate.', 'know'] as const);
    return { ...base, sentence: `${ruleName(rule)}: ${sentence}`, severity, old: told(old), new: told(now) };
  }
  const [before, after] = [byKey(old.rows), byKey(now.rows)];
  const arrived = [...after].filter(([key]) => !before.has(key)).map(([, row]) => row);
  const missing = [...before].filter(([key]) => !after.has(key)).map(([, row]) => row);
  const extended = missing.filter((row) => arrived.some((one) => isExtended(one, row)));
  const lost = missing.filter((row) => !extended.includes(row));
  const other = [...before].filter(([key, { value }]) => after.get(key)?.value !== undefined && after.get(key)?.value !== value);
  if (missing.length + arrived.length + other.length === 0) return undefined;
  const counts = `${old.rows.length} ${old.rows.length === 1 ? 'result' : 'results'} before, ${now.rows.length} now`;
  const what = [
    ...(lost.length > 0 ? [`${lost.length} lost`] : []),
    ...(extended.length > 0 ? [`${extended.length} with further labels`] : []),
    ...(arrived.length > extended.length ? [`${arrived.length - extended.length} new`] : []),
    ...(other.length > 0 ? [`${other.length} with another value`] : []),
  ].join(', ');
  const shown = other.map(([key]) => key);
  const pick = (rows: readonly ResultRow[], all: ReadonlyMap<string, ResultRow>) =>
    [...rows, ...shown.flatMap((key) => all.get(key) ?? [])].slice(0, EXAMPLES).map(written);
  return {
    ...base,
    sentence: `${ruleName(rule)}: Prometheus evaluates it otherwise: ${counts} (${what}).`,
    brief: `${counts}.`,
    severity: lost.length + other.length > 0 ? 'reject' : 'know',
    old: pick(missing, before),
    new: pick(arrived, after),
  };
}

/** Whether a row is another one with further labels: an alert that still fires, under another identity. */
function isExtended(row: ResultRow, of: ResultRow): boolean {
  return row.value === of.value && Object.entries(of.labels).every(([name, text]) => row.labels[name] === text);
}

function byKey(rows: readonly ResultRow[]): ReadonlyMap<string, ResultRow> {
  return new Map(rows.map((row) => [seriesKey(row.labels), row]));
}

function told(result: QueryResult): readonly string[] {
  return 'error' in result ? [result.error] : result.rows.slice(0, EXAMPLES).map(written);
}

function written({ labels: { __name__: name = '', ...labels }, value }: ResultRow): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(', ')}} ${value}`;
}
