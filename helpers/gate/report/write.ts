import { redactStrings } from '../../redaction/text.ts';
import { writeAll } from '../../report/write.ts';
import { renderGateHtml } from './html.ts';
import { renderGateMarkdown } from './markdown.ts';
import type { GateReport } from './model.ts';

/**
 * Writes the report of a comparison as JSON (its schema is docs/gate.schema.json), as a page and as Markdown: all of them, or none,
 * without any secret that an object or a log may have had.
 * @returns the paths that were written
 */
export async function writeGateReports(report: GateReport, directory: string): Promise<readonly string[]> {
  const safe = redactStrings(report);
  return writeAll(directory, {
    'gate.json': `${JSON.stringify(safe, undefined, 2)}\n`,
    'gate.html': renderGateHtml(safe),
    'gate.md': renderGateMarkdown(safe),
  });
}
