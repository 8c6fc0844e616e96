import { stripVTControlCharacters } from 'node:util';

/** C0 but the tab and the line feed, DEL, C1, line separators, and what changes the direction of the text around it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that are removed
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * What a CI system interprets as a command in a log. GitHub finds `::name::` where a line begins, and `##[` anywhere, as
 * Azure does `##vso[`; a wrapped line may begin at any word, so `::` is replaced before each.
 */
const commands: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/(^|\s)::(?=[\w-]+(?: [^\n]*?)?::)/g, '$1: :'],
  [/##(?=(?:vso|teamcity)?\[)/gi, '## '],
  [/\b(section_(?:start|end)|travis_(?:fold|time)):(?=\w)/g, '$1 :'],
];

/**
 * Text without escape sequences and control characters. Line feeds and tabs stay; a carriage return becomes a line feed, so that nothing
 * is overwritten.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).replace(controls, '');
}

/** Text of any origin as it may be printed to a terminal or a CI log: `plain`, and no line is a command. */
export function printable(text: string): string {
  return commands.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), plain(text));
}

/** A value with every string in it `printable`, at any depth; for a report before colours are added. */
export function printableStrings<T>(value: T): T;
export function printableStrings(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map((item: unknown) => printableStrings(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, printableStrings(item)]));
}

/** JSON of the same value with escapes in place of what `printable` would have replaced. */
export function printableJson(json: string): string {
  return json
    .replace(controls, escaped)
    .replace(/##(?=(?:vso|teamcity)?\[)/gi, `#${escaped('#')}`)
    .replace(/(section|travis)_(?=(?:start|end|fold|time):)/g, `$1${escaped('_')}`);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
