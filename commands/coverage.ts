import { readFile, writeFile } from 'node:fs/promises';
import { UsageError } from '../helpers/errors.ts';
import { print } from '../helpers/print.ts';
import { coverageText, type FileCoverage, leastCovered } from '../helpers/report/coverage.ts';
import { withSection } from '../helpers/report/markdown.ts';
import { runCommand } from './main.ts';

/** After `jest --coverage`: writes the figure into CONTRIBUTING.md, and says which helpers the unit tests reach least. */
const root = new URL('../', import.meta.url);
const page = new URL('CONTRIBUTING.md', root);

const summary = 'coverage/coverage-summary.json';

async function readSummary(): Promise<Readonly<Record<string, FileCoverage>>> {
  try {
    return JSON.parse(await readFile(new URL(summary, root), 'utf8'));
  } catch (error) {
    throw new UsageError(`${summary} cannot be read: ${(error as Error).message}. npm run coverage makes it.`, { cause: error });
  }
}

await runCommand(async () => {
  const { total, ...files } = await readSummary();
  if (total === undefined) throw new UsageError(`${summary} has no total: npm run coverage makes it anew.`);
  const section = { name: 'coverage', command: 'coverage' };
  await writeFile(page, withSection(await readFile(page, 'utf8'), section, coverageText(total, new Date())));
  print(leastCovered(files, root.pathname).join(''));
  return 0;
});
