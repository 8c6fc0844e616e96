import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { readDashboard } from '../rules/dashboards.ts';
import type { Rule } from '../rules/rule.ts';
import { readRules } from '../rules/rule-files.ts';
import { readWaivers, type Waiver } from './waivers.ts';

/**
 * Reads a file of waivers; without one there are none.
 * @throws a UsageError when it cannot be read, or holds something else
 */
export function readWaiverFile(file: string | undefined): readonly Waiver[] {
  return file === undefined ? [] : readWaivers(readText(file), shown(file));
}

/**
 * Reads every rule and every query of a dashboard that patterns lead to.
 * @throws a UsageError for a pattern that nothing matches, or a file that cannot be read
 */
export function readAllRules(rules: readonly string[], dashboards: readonly string[]): readonly Rule[] {
  const read = (patterns: readonly string[], endings: RegExp, reader: (text: string, file: string) => readonly Rule[]) =>
    patterns.flatMap((pattern) => filesOf(pattern, endings)).flatMap((file) => reader(readText(file), shown(file)));
  return [...read(rules, /\.(ya?ml|json)$/, readRules), ...read(dashboards, /\.json$/, readDashboard)];
}

/**
 * The files that a pattern leads to, sorted: one file, all files of a directory, or what `*`, `**` and `?` match.
 * @throws a UsageError when there are none
 */
function filesOf(pattern: string, endings: RegExp): readonly string[] {
  const path = resolve(pattern);
  const files = existsSync(path) ? filesAt(path, endings) : matching(path);
  if (files.length === 0) throw new UsageError(`There is no file at ${pattern}.`);
  return [...files].sort();
}

function filesAt(path: string, endings: RegExp): readonly string[] {
  return statSync(path).isDirectory() ? everyFile(path).filter((file) => endings.test(file)) : [path];
}

function matching(path: string): readonly string[] {
  let fixed = path;
  while (/[*?]/.test(fixed)) fixed = dirname(fixed);
  if (!existsSync(fixed)) return [];
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
  return everyFile(fixed).filter((file) => expression.test(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${shown(file)} cannot be read: ${(error as Error).message}.`);
  }
}

function everyFile(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((file) => statSync(file).isFile());
}

function shown(file: string): string {
  const short = relative(process.cwd(), file);
  return short.startsWith('..') ? file : short;
}
