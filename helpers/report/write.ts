import { renameSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { redactStrings } from '../redaction/text.ts';
import { renderHtml } from './html.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './model.ts';

const reportFiles = { json: 'report.json', junit: 'junit.xml', html: 'index.html', markdown: 'summary.md' } as const;

/**
 * Writes every report into the directory, which is created if missing: all of them, or none. Secrets in quoted logs and objects are
 * redacted. The schema of `report.json` is docs/report.schema.json.
 * @returns the paths that were written
 */
export async function writeReports(report: Report, directory: string): Promise<readonly string[]> {
  // Imported only here: it loads a whole document model, which other commands do not need.
  const { renderJunit } = await import('./junit.ts');
  const safe = redactStrings(report);
  const rendered = {
    [reportFiles.json]: `${JSON.stringify(safe, undefined, 2)}\n`,
    [reportFiles.junit]: renderJunit(safe),
    [reportFiles.html]: renderHtml(safe),
    [reportFiles.markdown]: renderMarkdown(safe),
  };
  return writeAll(directory, rendered);
}

/**
 * Writes files that belong to each other: all of them are written before the first is renamed to its name, so that a full disk leaves the
 * old ones. The first file is renamed last, and nothing else happens meanwhile: a reader that finds the new one finds the others as new, and
 * a process that is killed has hardly the time to leave some of each.
 * @param files content by name
 * @returns the paths that were written
 */
export async function writeAll(directory: string, files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true });
  const paths = Object.entries(files).map(([name, content]) => ({ path: join(directory, name), content }));
  try {
    for (const { path, content } of paths) await writeFile(`${path}.part`, content);
    for (const { path } of paths.toReversed()) renameSync(`${path}.part`, path);
  } catch (error) {
    await Promise.all(paths.map(({ path }) => rm(`${path}.part`, { force: true })));
    throw error;
  }
  return paths.map(({ path }) => path);
}
