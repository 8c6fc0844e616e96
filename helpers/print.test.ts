import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { print, printError } from './print.ts';
import { commandsIn, hostileTexts } from './report/testing/hostile-text.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const filter = 'helpers/print.ts';
/** They hold programs as text, whose output only the measurement reads. */
const measurements = ['helpers/exposition/benchmark.ts', 'commands/bench.ts'];
const writesItself = /process\.std(?:out|err)\.write\(|\bconsole\.\w+\(|\bwriteSync\([12],/;

test('everything that commands and helpers print passes through the filter', () => {
  const files = ['commands', 'helpers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${folder}/${name}`),
  );
  const writing = files.filter((file) => writesItself.test(readFileSync(join(root, file), 'utf8')));
  expect(writing.filter((file) => !measurements.includes(file))).toEqual([filter]);
});

test.each([
  ['standard output', print, process.stdout],
  ['standard error', printError, process.stderr],
])('%s gets no command', (_, printTo, stream) => {
  const written: string[] = [];
  const write = stream.write;
  stream.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  try {
    for (const text of Object.values(hostileTexts)) printTo(text);
  } finally {
    stream.write = write;
  }
  expect(written).toHaveLength(Object.keys(hostileTexts).length);
  expect(written.flatMap(commandsIn)).toEqual([]);
});
