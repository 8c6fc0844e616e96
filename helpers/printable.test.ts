import { printable, printableJson, printableStrings } from './printable.ts';
import { commandsIn, hostileTexts } from './report/testing/hostile-text.ts';

const wordsIn = (text: string) => text.match(/words/g)?.length ?? 0;

describe.each(Object.entries(hostileTexts))('%s', (_, text) => {
  test('are printable without commands, and keep all words', () => {
    expect(commandsIn(printable(text))).toEqual([]);
    expect(wordsIn(printable(text))).toBe(wordsIn(text));
  });

  test('do not change when they are printable already', () => {
    expect(printable(printable(text))).toBe(printable(text));
  });

  test('mean the same in JSON, where they are escaped', () => {
    const json = printableJson(JSON.stringify({ text, [text]: [text] }));
    expect(commandsIn(json)).toEqual([]);
    expect(JSON.parse(json)).toEqual({ text, [text]: [text] });
  });
});

test.each([
  'the exporter listens on ::1, [::]:8080 and [::1]:8081',
  'std::string\tand a::b::c',
  '## Heading\n  # HELP a b\n\tkube_pod_info{pod="a"} 1 → ✓ ü 日本 👩‍🚀',
  'section_start: nothing, ##, ::, #[a]',
])('%j stays as it is', (text) => {
  expect(printable(text)).toBe(text);
});

test('all but three texts of the corpus hold a command', () => {
  const harmless = Object.entries(hostileTexts).filter(([, text]) => commandsIn(text).length === 0);
  expect(harmless.map(([name]) => name)).toEqual(['a command of GitHub where a line wraps', 'markup', 'Markdown']);
});

test('the strings of a report are printable at any depth, and all else is as it was', () => {
  const value = { a: ['\x1b[1mb', 1, null, true], c: { d: '##[error]' }, e: undefined };
  expect(printableStrings(value)).toEqual({ a: ['b', 1, null, true], c: { d: '## [error]' }, e: undefined });
});
