import { readFile, writeFile } from 'node:fs/promises';
import { recordedCapture, recordedNames } from '../helpers/capture/capture.ts';
import { accountingTable, withTable } from '../helpers/capture/explain-capture.ts';
import { runCommand } from './main.ts';

const page = new URL('../docs/results.md', import.meta.url);
await runCommand(async () => {
  const captures = new Map(recordedNames().map((name) => [name, recordedCapture(name)]));
  await writeFile(page, withTable(await readFile(page, 'utf8'), await accountingTable(captures)));
  return 0;
});
