import { withSection } from '../report/markdown.ts';
import type { Capture } from './capture.ts';
import { explainCapture } from './explain-capture.ts';

const columns = [
  'capture',
  'Kubernetes',
  'exporter',
  'format',
  'objects',
  'families',
  'samples',
  'explained',
  'missing',
  'unexplained',
  'unequal',
  'deviate',
  'unsettled',
];

/** What becomes of every sample of the captures, as a Markdown table. */
export async function accountingTable(captures: ReadonlyMap<string, Capture>): Promise<string> {
  const rows: string[] = [];
  for (const [name, capture] of captures) {
    for (const format of capture.openMetrics === undefined ? (['text'] as const) : (['text', 'openmetrics'] as const)) {
      const { accounting, read } = await explainCapture(capture, format);
      const { samples, explained, missing, unexplained, unequal, deviates, unsettled } = accounting;
      const lists = [missing, unexplained, unequal, deviates, unsettled].map(({ length }) => length);
      const { kubernetes, exporter } = capture.origin;
      const sizes = [capture.objects.length, read.exposition.families.size, samples, explained];
      rows.push(row([name, kubernetes, exporter, format, ...sizes, ...lists]));
    }
  }
  const alignment = columns.map((_, index) => (index < 4 ? '---' : '--:'));
  return `${[row(columns), row(alignment), ...rows].join('\n')}\n`;
}

/**
 * The page with the table in its place.
 * @throws UsageError when the page has no place for it
 */
export function withTable(page: string, table: string): string {
  return withSection(page, { name: 'accounting', command: 'captures' }, table);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
