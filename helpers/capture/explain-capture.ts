import { type Accounting, account } from '../accounting/account.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import type { Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import type { Capture } from './capture.ts';

/** One scrape of a capture, read strictly and accounted for. */
export interface ExplainedScrape {
  readonly text: string;
  readonly read: ReadExposition;
  readonly accounting: Accounting;
}

/** @throws an Error when the capture holds no scrape in that format */
export async function explainCapture(capture: Capture, format: Format): Promise<ExplainedScrape> {
  const { origin, metrics, openMetrics, objects, objectsAfter } = capture;
  const text = format === 'text' ? metrics : openMetrics;
  if (text === undefined) throw new Error(`Of exporter ${origin.exporter} there is no scrape in OpenMetrics.`);
  const read = await readExposition(text, { format });
  const accounting = account({
    exposition: read.exposition,
    objects,
    exporter: origin.exporter,
    kubernetes: origin.kubernetes,
    options: parseExporterArguments(origin.args),
    ...(objectsAfter && { after: objectsAfter }),
  });
  return { text, read, accounting };
}
