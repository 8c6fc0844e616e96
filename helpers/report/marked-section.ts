import { UsageError } from '../errors.ts';

/**
 * The page with other content in a section that a command writes. The section begins with `<!-- NAME: npm run COMMAND writes what
 * follows -->` and ends with `<!-- NAME ends -->`.
 * @throws UsageError when the page has no such section
 */
export function withSection(page: string, { name, command }: { name: string; command: string }, content: string): string {
  const begin = `<!-- ${name}: npm run ${command} writes what follows -->`;
  const end = `<!-- ${name} ends -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new UsageError(`The page has no place for the table: wanted the lines ${begin} and ${end}.`);
  return `${page.slice(0, from + begin.length)}\n\n${content}\n${page.slice(to)}`;
}
