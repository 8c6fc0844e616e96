import { describe } from '../accounting/describe.ts';
import { printableJson } from '../printable.ts';
import { type Explained, isCorrect } from './explain.ts';

const VIOLATIONS_SHOWN = 5;
const REPEATS_SHOWN = 5;

/** The output with `--json`: counts, and the lines of the exposition. */
export function asJson(
  { accounting, exporter, kubernetes, repeated, knownRepeats, metKnownIssues, warnings, violationCount }: Explained,
  limit: number,
): string {
  const { samples, explained, notJudged, missing, unexplained, unequal, known, unsettled } = accounting;
  const json = JSON.stringify({
    samples,
    explained,
    notJudged,
    missing,
    unexplained,
    unequal,
    known,
    unsettled,
    exporter,
    kubernetes,
    repeated,
    knownRepeats,
    metKnownIssues,
    warnings,
    violations: violationCount,
    problems: describe(accounting, { limit }),
  });
  return printableJson(json);
}

/** The output as text, with at most `limit` lines about differences. */
export function asText(result: Explained, limit: number): string {
  const { accounting, exporter, kubernetes, repeated, knownRepeats, metKnownIssues, warnings, violations, violationCount } =
    result;
  const { samples, explained, notJudged, missing, unexplained, unequal, known, unsettled, compared } = accounting;
  const lines = [
    `${isCorrect(result) ? '✓' : '✗'} ${explained} of ${samples} samples explained by ${compared} objects` +
      ` (exporter ${exporter}${kubernetes === undefined ? '' : `, Kubernetes ${kubernetes}`})`,
    `  ${missing.length} missing, ${unexplained.length} unexplained, ${unequal.length} unequal, ` +
      `${known.length} known issues, ${unsettled.length} unsettled`,
    ...metKnownIssues.map((sentence) => `  ${sentence}`),
    ...result.shards.map(
      (shard, ordinal) =>
        `  shard ${ordinal}: ${shard.explained} of ${shard.samples} explained, ${shard.differences.length} differences`,
    ),
    ...(notJudged > 0 ? [`  ${notJudged} samples of resources outside --resources-saved are not judged`] : []),
    ...describe(accounting, { limit }).map((line) => `  ${line}`),
    ...accounting.knownIssues.map(({ issue, differences }) =>
      differences === 0 ? `  did not occur: ${issue.note}` : `  ${differences} differences are expected: ${issue.note}`,
    ),
    ...repeated.slice(0, REPEATS_SHOWN).map((series) => `  repeated series: ${series}`),
    ...(repeated.length > REPEATS_SHOWN ? [`  ${repeated.length} repeated series in total`] : []),
    ...knownRepeats.map((note) => `  repeated series are expected: ${note}`),
    ...warnings.map((warning) => `  warning: ${warning}`),
    ...violations
      .filter(({ rule }) => rule !== 'duplicate-series')
      .slice(0, VIOLATIONS_SHOWN)
      .map(({ line, column, message }) => `  violation of the format in line ${line}, column ${column}: ${message}`),
  ];
  if (violationCount > VIOLATIONS_SHOWN) lines.push(`  ${violationCount} violations of the format in total: run npm run check`);
  return lines.join('\n');
}
