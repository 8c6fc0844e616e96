import { type Accounting, accountForScrape } from '../accounting/account.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import type { Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { withSection } from '../report/markdown.ts';
import type { Capture } from './capture.ts';

/** A scrape of a capture, with its exposition and accounting. */
export interface ExplainedScrape {
  readonly text: string;
  readonly read: ReadExposition;
  readonly accounting: Accounting;
}

/**
 * Reads and accounts for a scrape of a capture.
 * @throws an Error when the capture has no scrape in that format
 */
export async function explainCapture(capture: Capture, format: Format): Promise<ExplainedScrape> {
  const { origin, metrics, openMetrics, objects, objectsAfter } = capture;
  const text = format === 'text' ? metrics : openMetrics;
  if (text === undefined) throw new Error(`The capture of exporter ${origin.exporter} has no scrape in OpenMetrics.`);
  const read = await readExposition(text, { format });
  const { accounting } = await accountForScrape(
    {
      objects,
      exporter: origin.exporter,
      kubernetes: origin.kubernetes,
      options: parseExporterArguments(origin.args),
      ...(objectsAfter && { after: objectsAfter }),
    },
    { format, source: text },
  );
  return { text, read, accounting };
}

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
  'known issues',
  'unsettled',
];

/**
 * The accounting of every capture and format, as a Markdown table.
 * @param explain returns what was read and accounted for before, where that is known
 */
export async function accountingTable(captures: ReadonlyMap<string, Capture>, explain = explainCapture): Promise<string> {
  const rows: string[] = [];
  for (const [name, capture] of captures) {
    for (const format of capture.openMetrics === undefined ? (['text'] as const) : (['text', 'openmetrics'] as const)) {
      const { accounting, read } = await explain(capture, format);
      const { samples, explained, missing, unexplained, unequal, known, unsettled } = accounting;
      const lists = [missing, unexplained, unequal, known, unsettled].map(({ length }) => length);
      const { kubernetes, exporter } = capture.origin;
      const sizes = [capture.objects.length, read.exposition.families.size, samples, explained];
      rows.push(row([name, kubernetes, exporter, format, ...sizes, ...lists]));
    }
  }
  const alignment = columns.map((_, index) => (index < 4 ? '---' : '--:'));
  return `${[row(columns), row(alignment), ...rows].join('\n')}\n`;
}

/**
 * The page with the table in its section.
 * @throws UsageError when the page has no such section
 */
export function withTable(page: string, table: string): string {
  return withSection(page, { name: 'accounting', command: 'captures' }, table);
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}
