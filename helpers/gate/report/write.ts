import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactStrings } from '../../redaction/text.ts';
import { renderGateHtml } from './html.ts';
import { renderGateMarkdown } from './markdown.ts';
import type { GateReport } from './model.ts';

/**
 * Writes the report of a comparison as JSON (its schema is docs/gate.schema.json), as a page and as Markdown; each file appears
 * whole or not at all, without any secret that an object or a log may have had.
 * @returns the paths that were written
 */
export async function writeGateReports(report: GateReport, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const safe = redactStrings(report);
  const rendered = {
    'gate.json': `${JSON.stringify(safe, undefined, 2)}\n`,
    'gate.html': renderGateHtml(safe),
    'gate.md': renderGateMarkdown(safe),
  };
  return Promise.all(
    Object.entries(rendered).map(async ([name, content]) => {
      const path = join(directory, name);
      await writeFile(`${path}.part`, content);
      await rename(`${path}.part`, path);
      return path;
    }),
  );
}
