import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { HASH, LINE_FEED } from './bytes.ts';
import { sameLabels } from './labels.ts';
import type { Exposition, Family, Labels } from './model.ts';
import { numberOf } from './number-reader.ts';
import { readExposition } from './read.ts';

type ParsedFamily = ReturnType<typeof parsePrometheusTextFormat>[number];

/** The known bugs of parse-prometheus-text-format 1.1.1 for valid text; the test reproduces each. */
const secondReaderBugs = {
  'blank-after-comma': 'It throws if a blank follows the comma between two labels.',
  'empty-help': 'It throws if a HELP line has no text.',
  'comment-without-blank': 'It reads a comment as a sample if no blank follows the hash.',
  'label-sets-of-histogram': 'For a histogram or summary it keeps only one label set, without its labels, sum and count.',
} as const;

type SecondReaderBug = keyof typeof secondReaderBugs;

interface Disagreement {
  /** Undefined if the second reader could not read the exposition. */
  readonly family: string | undefined;
  readonly message: string;
}

interface ExcusedDisagreement extends Disagreement {
  readonly bug: SecondReaderBug;
}

export interface ReaderComparison {
  /** The number of families with the same name, type, and labels and values of samples in both readers. */
  readonly agreed: number;
  /** The disagreements that no known bug of the second reader explains: either reader may be wrong. */
  readonly disagreements: readonly Disagreement[];
  readonly excused: readonly ExcusedDisagreement[];
}

/** Compares the result of the strict reader with that of parse-prometheus-text-format for the same text (format 0.0.4). */
export function compareReaders(text: string, exposition: Exposition): ReaderComparison {
  const { agreed, differences } = compare(text, exposition);
  return { agreed: agreed.length, ...partition(differences) };
}

/** The names of the families agreed on, and the disagreements. */
function compare(text: string, { families }: Exposition) {
  const read = readSecond(text);
  const agreed: string[] = [];
  if ('message' in read) return { agreed, differences: [read] };
  const differences: (Disagreement | ExcusedDisagreement)[] = [];
  for (const family of families.values()) {
    const difference = differenceOf(family, read.get(family.name));
    if (difference === undefined) agreed.push(family.name);
    else differences.push(difference);
  }
  for (const name of read.keys()) {
    if (families.has(name)) continue;
    const message = `Only the second reader finds the family ${name}.`;
    differences.push({ family: name, message, ...(name.startsWith('#') && { bug: 'comment-without-blank' }) });
  }
  return { agreed, differences };
}

/** What is compared at once, in bytes: the second reader takes 20 times the memory of its text. */
const PART = 2 ** 21;

/**
 * The same for an exposition of any size, part by part.
 * @param source its bytes, in pieces of any size
 * @param partBytes the minimum size of a part; a smaller exposition is compared as a whole
 */
export async function compareReadersByPart(source: AsyncIterable<Uint8Array>, partBytes = PART): Promise<ReaderComparison> {
  const agreed = new Set<string>();
  const differences: (Disagreement | ExcusedDisagreement)[] = [];
  for await (const { text, line } of partsOf(source, partBytes)) {
    const { exposition } = await readExposition(text, { format: 'text' });
    const compared = compare(text, exposition);
    for (const name of compared.agreed) agreed.add(name);
    const place = line === 1 ? '' : `In the part from line ${line} on: `;
    differences.push(...compared.differences.map((found) => ({ ...found, message: place + found.message })));
  }
  for (const { family } of differences) if (family !== undefined) agreed.delete(family);
  return { agreed: agreed.size, ...partition(differences) };
}

/** A part of an exposition that is one by itself, with the comments of a family that began before it, and the line where it begins. */
interface Part {
  readonly text: string;
  readonly line: number;
}

/** Cuts an exposition at the ends of families, or after a line of a family that is larger than a part. */
async function* partsOf(source: AsyncIterable<Uint8Array>, partBytes: number): AsyncGenerator<Part> {
  let bytes: Buffer = Buffer.alloc(0);
  let line = 1;
  let comments = '';
  const cutOff = (end: number): Part => {
    const text = bytes.toString('utf8', 0, end);
    const part = { text: comments + text, line };
    line += text.split('\n').length - 1;
    comments = bytes[end] === HASH ? '' : lastComments(part.text);
    bytes = bytes.subarray(end);
    return part;
  };
  for await (const piece of source) {
    bytes = Buffer.concat([bytes, piece]);
    // What decides on the end of a part is at most as far behind it as the part is long.
    while (bytes.length > 2 * partBytes) {
      const end = endOfPart(bytes, partBytes);
      if (end === bytes.length) break;
      yield cutOff(end);
    }
  }
  while (bytes.length > 0) yield cutOff(endOfPart(bytes, partBytes));
}

/** The last lines of a text that are comments one after another: those of its last family. */
function lastComments(text: string): string {
  let start = text.lastIndexOf('\n#') + 1;
  if (text[start] !== '#') return '';
  const end = text.indexOf('\n', start) + 1;
  for (let before = start; text[before] === '#'; before = text.lastIndexOf('\n', before - 2) + 1) {
    start = before;
    if (before === 0) break;
  }
  return text.slice(start, end);
}

function endOfPart(bytes: Buffer, partBytes: number): number {
  if (bytes.length <= partBytes) return bytes.length;
  const nextLine = (from: number) => bytes.indexOf(LINE_FEED, from) + 1 || bytes.length;
  const cut = nextLine(partBytes);
  let isComment = bytes[bytes.lastIndexOf(LINE_FEED, cut - 2) + 1] === HASH;
  let within = cut;
  for (let at = cut; at < bytes.length && at < cut + partBytes; at = nextLine(at)) {
    const wasComment = isComment;
    isComment = bytes[at] === HASH;
    if (isComment && !wasComment) return at;
    if (wasComment) within = isComment ? within : at;
  }
  return within;
}

function partition(
  differences: readonly (Disagreement | ExcusedDisagreement)[],
): Pick<ReaderComparison, 'disagreements' | 'excused'> {
  const isExcused = (difference: Disagreement | ExcusedDisagreement): difference is ExcusedDisagreement => 'bug' in difference;
  return {
    disagreements: differences.filter((difference) => !isExcused(difference)),
    excused: differences
      .filter(isExcused)
      .map((difference) => ({ ...difference, message: `${difference.message} ${secondReaderBugs[difference.bug]}` })),
  };
}

function readSecond(text: string): ReadonlyMap<string, readonly ParsedFamily[]> | Disagreement | ExcusedDisagreement {
  let parsed: readonly ParsedFamily[];
  try {
    parsed = parsePrometheusTextFormat(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const bug = bugOfLine(message.replace(/^Encountered invalid line: /, ''));
    return { family: undefined, message: `The second reader cannot read it: ${message}`, ...(bug && { bug }) };
  }
  const families = new Map<string, ParsedFamily[]>();
  for (const family of parsed) families.set(family.name, [...(families.get(family.name) ?? []), family]);
  return families;
}

function bugOfLine(line: string): SecondReaderBug | undefined {
  if (/^# HELP \S+$/.test(line)) return 'empty-help';
  const withoutValues = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /^[^#]*\{.*,[ \t]+[A-Za-z_]/.test(withoutValues) ? 'blank-after-comma' : undefined;
}

function differenceOf(family: Family, read: readonly ParsedFamily[] | undefined): Disagreement | ExcusedDisagreement | undefined {
  const difference = (message: string): Disagreement => ({ family: family.name, message: `${family.name}: ${message}` });
  const [second, ...further] = read ?? [];
  if (second === undefined) return difference('the second reader does not find this family.');
  if (further.length > 0) return difference(`the second reader finds ${read?.length} families of this name.`);
  const type = (family.type ?? 'untyped').toUpperCase();
  if (second.type !== type) return difference(`its type is ${type}, but ${second.type} for the second reader.`);
  if (family.type === 'histogram' || family.type === 'summary') return compositeDifference(family, second, difference);
  if (second.metrics.length !== family.samples.length) {
    return difference(`it has ${family.samples.length} samples, but ${second.metrics.length} for the second reader.`);
  }
  const wrong = family.samples.find((sample, index) => {
    const { labels = {}, value = '' } = second.metrics[index] ?? {};
    return !sameLabels(sample.labels, labels) || !Object.is(numberOf(value), sample.value);
  });
  return wrong && difference(`the second reader differs in the sample of line ${wrong.line}.`);
}

/** The package returns a histogram or summary as one object with its bounds or quantiles as keys. */
function compositeDifference(family: Family, second: ParsedFamily, difference: (message: string) => Disagreement) {
  const bound = family.type === 'histogram' ? 'le' : 'quantile';
  if (family.samples.some(({ labels }) => Object.keys(labels).some((label) => label !== bound))) {
    const bug: SecondReaderBug = 'label-sets-of-histogram';
    return { ...difference('the second reader loses label sets.'), bug };
  }
  const [metric = {}] = second.metrics;
  const found = new Map(Object.entries((bound === 'le' ? metric.buckets : metric.quantiles) ?? {}));
  if (metric.count !== undefined) found.set('count', metric.count);
  if (metric.sum !== undefined) found.set('sum', metric.sum);
  const wrong = family.samples.find(({ name, labels, value }) => {
    const key = keyOf(name.slice(family.name.length), labels, bound);
    const same = Object.is(numberOf(found.get(key) ?? ''), value);
    found.delete(key);
    return !same;
  });
  if (wrong !== undefined) return difference(`the second reader differs in the sample of line ${wrong.line}.`);
  return found.size === 0 ? undefined : difference(`only the second reader finds ${[...found.keys()].join(', ')}.`);
}

function keyOf(suffix: string, labels: Labels, bound: string): string {
  return suffix === '_count' || suffix === '_sum' ? suffix.slice(1) : (labels[bound] ?? '');
}
