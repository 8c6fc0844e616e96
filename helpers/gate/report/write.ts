import { redactStrings } from '../../redaction/text.ts';
import { writeAll } from '../../report/write.ts';
import { renderGateHtml } from './html.ts';
import { renderGateMarkdown } from './markdown.ts';
import { type GateReport, reportNames } from './model.ts';

/**
 * Writes the report of a comparison as JSON (its schema is docs/gate.schema.json), HTML and Markdown: all of them, or none. Secrets in
 * objects and logs are redacted.
 * @returns the paths of the files
 */
export async function writeGateReports(report: GateReport, directory: string): Promise<readonly string[]> {
  const safe = redactStrings(report);
  const names = reportNames(report);
  return writeAll(directory, {
    [names.json]: `${JSON.stringify(safe, undefined, 2)}\n`,
    [names.html]: renderGateHtml(safe),
    [names.markdown]: renderGateMarkdown(safe),
  });
}
