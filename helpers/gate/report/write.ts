import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderGateHtml } from './html.ts';
import { renderGateMarkdown } from './markdown.ts';
import type { GateReport } from './model.ts';

/**
 * Writes the report of a comparison as JSON (its schema is docs/gate.schema.json), as a page and as Markdown; each file appears
 * whole or not at all.
 * @returns the paths that were written
 */
export async function writeGateReports(report: GateReport, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const rendered = {
    'gate.json': `${JSON.stringify(report, undefined, 2)}\n`,
    'gate.html': renderGateHtml(report),
    'gate.md': renderGateMarkdown(report),
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
