import { writeFile } from 'node:fs/promises';
import { familyTable } from '../helpers/catalogue/family-table.ts';
import { tables } from '../helpers/catalogue/resources/index.ts';
import { runCommand } from './main.ts';

await runCommand(async () => {
  await writeFile(new URL('../docs/families.md', import.meta.url), familyTable(tables));
  return 0;
});
