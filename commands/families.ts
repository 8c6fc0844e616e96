import { writeFile } from 'node:fs/promises';
import { familyTable } from '../helpers/accounting/family-table.ts';
import { tables } from '../helpers/accounting/resources/index.ts';

await writeFile(new URL('../docs/families.md', import.meta.url), familyTable(tables));
