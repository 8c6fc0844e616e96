import { readFile, writeFile } from 'node:fs/promises';
import { coverageText, type FileCoverage, leastCovered } from '../helpers/report/coverage.ts';
import { withSection } from '../helpers/report/marked-section.ts';
import { runCommand } from './main.ts';

/** After `jest --coverage`: writes the figure into CONTRIBUTING.md, and says which helpers the unit tests reach least. */
const root = new URL('../', import.meta.url);
const page = new URL('CONTRIBUTING.md', root);

await runCommand(async () => {
  const read = await readFile(new URL('coverage/coverage-summary.json', root), 'utf8');
  const { total, ...files } = JSON.parse(read) as Readonly<Record<string, FileCoverage>>;
  if (total === undefined) throw new Error('coverage/coverage-summary.json has no total: run npm run coverage, which makes it.');
  const section = { name: 'coverage', command: 'coverage' };
  await writeFile(page, withSection(await readFile(page, 'utf8'), section, coverageText(total, new Date())));
  process.stdout.write(leastCovered(files, root.pathname).join(''));
  return 0;
});
