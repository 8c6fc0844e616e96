import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { readDashboard } from '../prometheus/rules/dashboards.ts';
import type { Rule } from '../prometheus/rules/rule.ts';
import { readRules } from '../prometheus/rules/rule-files.ts';
import { readWaivers, type Waiver } from './waivers.ts';

/**
 * Reads the waivers of a file.
 * @param file undefined for no waivers
 * @throws UsageError when the file cannot be read or is not a list of waivers
 */
export function readWaiverFile(file: string | undefined): readonly Waiver[] {
  return file === undefined ? [] : readWaivers(readText(file), displayPath(file));
}

/**
 * Reads all rules and dashboard queries of the files that match the patterns.
 * @throws UsageError for a pattern without a match or a file that cannot be read
 */
export function readAllRules(rules: readonly string[], dashboards: readonly string[]): readonly Rule[] {
  const read = (patterns: readonly string[], endings: RegExp, reader: (text: string, file: string) => readonly Rule[]) =>
    patterns.flatMap((pattern) => filesMatching(pattern, endings)).flatMap((file) => reader(readText(file), displayPath(file)));
  return [...read(rules, /\.(ya?ml|json)$/, readRules), ...read(dashboards, /\.json$/, readDashboard)];
}

/**
 * The files that match a pattern, sorted: a file, all files of a directory, or a glob of `*`, `**` and `?`.
 * @throws UsageError when there are none
 */
function filesMatching(pattern: string, endings: RegExp): readonly string[] {
  const path = resolve(pattern);
  const files = existsSync(path) ? filesAt(path, endings) : filesOfGlob(path);
  if (files.length === 0) throw new UsageError(`No file matches ${pattern}.`);
  return [...files].sort();
}

function filesAt(path: string, endings: RegExp): readonly string[] {
  return statSync(path).isDirectory() ? filesBelow(path).filter((file) => endings.test(file)) : [path];
}

function filesOfGlob(path: string): readonly string[] {
  let folder = path;
  while (/[*?]/.test(folder)) folder = dirname(folder);
  if (!existsSync(folder)) return [];
  const source = path
    .split('/')
    .map((part) =>
      part === '**'
        ? '(?:.*)'
        : part
            .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
            .replace(/\*/g, '[^/]*')
            .replace(/\?/g, '[^/]'),
    )
    .join('/')
    .replaceAll('(?:.*)/', '(?:.*/)?');
  const expression = new RegExp(`^${source}$`);
  return filesBelow(folder).filter((file) => expression.test(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${displayPath(file)} cannot be read: ${(error as Error).message}.`);
  }
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((file) => statSync(file).isFile());
}

function displayPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
