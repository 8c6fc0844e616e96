import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactStrings } from '../redaction/text.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './model.ts';

const reportFiles = { json: 'report.json', junit: 'junit.xml', html: 'index.html', markdown: 'summary.md' } as const;

/**
 * Writes every report into the directory, which is made when it is not there; each file appears whole or not at all, and no text in
 * it holds a secret that a log or an object quoted there may have had.
 * @returns the paths that were written
 */
export async function writeReports(report: Report, directory: string): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  // Only here, at the end of a run: it brings a whole document model with it.
  const { renderJunit } = await import('./junit.ts');
  const safe = redactStrings(report);
  const rendered = {
    [reportFiles.json]: renderJson(safe),
    [reportFiles.junit]: renderJunit(safe),
    [reportFiles.html]: renderHtml(safe),
    [reportFiles.markdown]: renderMarkdown(safe),
  };
  return await Promise.all(
    Object.entries(rendered).map(async ([name, content]) => {
      const path = join(directory, name);
      await writeFile(`${path}.part`, content);
      await rename(`${path}.part`, path);
      return path;
    }),
  );
}
