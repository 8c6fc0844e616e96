import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Words that the design replaces, each with what to write instead. They are found in identifiers as well: `leftOut`, `onUndo`. */
const banned: readonly (readonly [words: string, instead: string])[] = [
  ['tells?|told|telling', 'expose, report, log, return, list or configure'],
  ['wanted', 'expected'],
  ['in vain', 'matches nothing'],
  ['of no consequence', 'harmless'],
  ['left out', 'skipped, not applicable or omitted'],
  ['undos?', 'cleanup'],
  ['deviations?', 'known issue'],
];

/** Where a banned word is meant: the file, as a regular expression, and the text around the word. */
const allowed: readonly (readonly [file: RegExp, text: RegExp])[] = [
  [/^commands\/language\.test\.ts$/, /./],
  // What it was called in a release stays as it was.
  [/^CHANGELOG\.md$/, /./],
];

/** With `LANGUAGE_OF=commands,README.md` only these folders and files. */
const chosen = process.env.LANGUAGE_OF?.split(',') ?? [''];

const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.js', '*.md', '*.json', '*.yml', '.ci/run'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && file !== 'package-lock.json' && chosen.some((start) => file.startsWith(start)));

/** The words of a line: `leftOut`, `LEFT_OUT` and `left-out` are `left out`. */
function wordsOf(line: string): string {
  return line
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .toLowerCase();
}

/** `file:line: word, write …` */
function findings(file: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    if (allowed.some(([path, around]) => path.test(file) && around.test(line))) return [];
    const words = wordsOf(line);
    return banned.flatMap(([pattern, instead]) => {
      const found = new RegExp(`\\b(?:${pattern})\\b`).exec(words);
      return found ? [`${file}:${index + 1}: "${found[0]}": write ${instead}`] : [];
    });
  });
}

test('a banned word is found in sentences and identifiers, and not in parts of words', () => {
  const lines = ['It tells of it.', 'const leftOut = 1;', 'LEFT_OUT', 'a left-out one', 'unwanted, untold, foretelling, undone'];

  expect(findings('a.ts', lines.join('\n')).map((finding) => finding.split(' write')[0])).toEqual([
    'a.ts:1: "tells":',
    ...[2, 3, 4].map((line) => `a.ts:${line}: "left out":`),
  ]);
});

test('no file holds a word that the design replaces', () => {
  expect(files).not.toEqual([]);
  expect(files.flatMap((file) => findings(file, readFileSync(file, 'utf8')))).toEqual([]);
});
