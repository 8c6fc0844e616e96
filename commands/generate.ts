import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { knownIssuesPage } from '../helpers/accounting/known-issue-page.ts';
import { recordedCapture, recordedNames } from '../helpers/capture/capture.ts';
import { accountingTable, withTable } from '../helpers/capture/explain-capture.ts';
import { familyTable } from '../helpers/catalogue/family-table.ts';
import { tables } from '../helpers/catalogue/resources/index.ts';
import { UsageError } from '../helpers/errors.ts';
import { print } from '../helpers/print.ts';
import { withSection } from '../helpers/report/markdown.ts';
import { coverageText, type FileCoverage, leastCovered } from '../helpers/report/overview.ts';
import { packageDirectory } from '../helpers/source.ts';
import type { CommandDefinition } from './command.ts';

const page = (name: string) => new URL(name, packageDirectory);
const coverageSummary = 'coverage/coverage-summary.json';

/** Writes the table of the recorded captures into docs/results.md. */
export const captures: CommandDefinition = {
  define: (command) => command,
  run: async () => {
    const recorded = new Map(recordedNames().map((name) => [name, recordedCapture(name)]));
    const results = page('docs/results.md');
    await writeFile(results, withTable(await readFile(results, 'utf8'), await accountingTable(recorded)));
    return 0;
  },
};

/** Writes docs/families.md. */
export const families: CommandDefinition = {
  define: (command) => command,
  run: async () => {
    await writeFile(page('docs/families.md'), familyTable(tables));
    return 0;
  },
};

/** Writes docs/known-issues.md. */
export const knownIssues: CommandDefinition = {
  define: (command) => command,
  run: async () => {
    await writeFile(page('docs/known-issues.md'), knownIssuesPage());
    return 0;
  },
};

/** After `jest --coverage`: writes the figures into CONTRIBUTING.md, and prints the helpers that the unit tests cover least. */
export const coverage: CommandDefinition = {
  define: (command) => command,
  run: async () => {
    const { total, ...files } = await readSummary();
    if (total === undefined) throw new UsageError(`${coverageSummary} has no total: npm run coverage writes it again.`);
    const contributing = page('CONTRIBUTING.md');
    const section = { name: 'coverage', command: 'coverage' };
    await writeFile(contributing, withSection(await readFile(contributing, 'utf8'), section, coverageText(total, new Date())));
    print(leastCovered(files, fileURLToPath(packageDirectory)).join(''));
    return 0;
  },
};

async function readSummary(): Promise<Readonly<Record<string, FileCoverage>>> {
  try {
    return JSON.parse(await readFile(page(coverageSummary), 'utf8'));
  } catch (error) {
    throw new UsageError(`${coverageSummary} cannot be read: ${(error as Error).message}. npm run coverage writes it.`, {
      cause: error,
    });
  }
}
