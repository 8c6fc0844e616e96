import { printableJson } from '../../report/printable.ts';
import { isAccounted } from '../account.ts';
import { describe } from '../describe.ts';
import type { Explained } from './explain.ts';

const VIOLATIONS_SHOWN = 5;

/** What `--json` writes: the numbers, and every line as the exposition writes it. */
export function asJson({ accounting, exporter, kubernetes, violationCount }: Explained, limit: number): string {
  const { samples, explained, missing, unexplained, unequal, deviates, unsettled } = accounting;
  const json = JSON.stringify({
    samples,
    explained,
    missing,
    unexplained,
    unequal,
    deviates,
    unsettled,
    exporter,
    kubernetes,
    violations: violationCount,
    problems: describe(accounting, { limit }),
  });
  return printableJson(json);
}

/** The same for a reader, at most `limit` lines about differences. */
export function asText(result: Explained, limit: number): string {
  const { accounting, exporter, kubernetes, violations, violationCount } = result;
  const { samples, explained, missing, unexplained, unequal, deviates, unsettled, judged } = accounting;
  const lines = [
    `${isAccounted(accounting) ? '✓' : '✗'} ${explained} of ${samples} samples explained by ${judged} objects` +
      ` (exporter ${exporter}${kubernetes === undefined ? '' : `, Kubernetes ${kubernetes}`})`,
    `  ${missing.length} missing, ${unexplained.length} unexplained, ${unequal.length} unequal, ` +
      `${deviates.length} deviate, ${unsettled.length} unsettled`,
    ...describe(accounting, { limit }).map((line) => `  ${line}`),
    ...accounting.deviations.map(({ deviation, differences }) =>
      differences === 0 ? `  did not occur: ${deviation.note}` : `  ${differences} differences are expected: ${deviation.note}`,
    ),
    ...violations
      .slice(0, VIOLATIONS_SHOWN)
      .map(({ line, column, message }) => `  not in the format, line ${line}, column ${column}: ${message}`),
  ];
  if (violationCount > VIOLATIONS_SHOWN) lines.push(`  ${violationCount} violations of the format in all: see npm run check`);
  return lines.join('\n');
}
