import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactStrings } from '../redaction/text.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './model.ts';

const reportFiles = { json: 'report.json', junit: 'junit.xml', html: 'index.html', markdown: 'summary.md' } as const;

/**
 * Writes every report into the directory, which is made when it is not there: all of them, or none. No text in them holds a secret that a
 * log or an object quoted there may have had.
 * @returns the paths that were written
 */
export async function writeReports(report: Report, directory: string): Promise<readonly string[]> {
  // Only here, as other commands do not need it: it brings a whole document model with it.
  const { renderJunit } = await import('./junit.ts');
  const safe = redactStrings(report);
  const rendered = {
    [reportFiles.json]: renderJson(safe),
    [reportFiles.junit]: renderJunit(safe),
    [reportFiles.html]: renderHtml(safe),
    [reportFiles.markdown]: renderMarkdown(safe),
  };
  return writeTogether(directory, rendered);
}

/**
 * Writes files that belong together: all of them are written before the first takes its name, so that a full disk leaves those that
 * were there.
 * @param files content by name
 * @returns the paths that were written
 */
export async function writeTogether(directory: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const paths = Object.entries(files).map(([name, content]) => ({ path: join(directory, name), content }));
  try {
    for (const { path, content } of paths) await writeFile(`${path}.part`, content);
    for (const { path } of paths) await rename(`${path}.part`, path);
  } catch (error) {
    await Promise.all(paths.map(({ path }) => rm(`${path}.part`, { force: true })));
    throw error;
  }
  return paths.map(({ path }) => path);
}
