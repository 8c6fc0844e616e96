import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { sameLabels } from './label-set.ts';
import type { Exposition, Family, Labels } from './model.ts';
import { numberOf } from './number-reader.ts';

type ParsedFamily = ReturnType<typeof parsePrometheusTextFormat>[number];

/** What parse-prometheus-text-format 1.1.1 is known to get wrong in text that is valid; a test shows each on the package. */
const secondReaderFaults = {
  'blank-after-comma': 'It throws where a blank follows the comma between two labels.',
  'empty-help': 'It throws where a HELP line has no text.',
  'comment-without-blank': 'It takes a comment for a sample where no blank follows the hash.',
  'label-sets-of-histogram':
    'Of a histogram or summary it loses the labels, the sum and the count of each label set and all but one label set.',
} as const;

type SecondReaderFault = keyof typeof secondReaderFaults;

interface Disagreement {
  /** Undefined where the second reader could not read the exposition at all. */
  readonly family: string | undefined;
  readonly message: string;
}

interface Excused extends Disagreement {
  readonly fault: SecondReaderFault;
}

export interface ReaderComparison {
  /** How many families both readers agree on: name, type, and each sample's labels and value. */
  readonly agreed: number;
  /** What no known fault of the second reader explains: either reader may be wrong. */
  readonly disagreements: readonly Disagreement[];
  readonly excused: readonly Excused[];
}

/** Compares the strict reader's result with what parse-prometheus-text-format reads in the same text (format 0.0.4). */
export function compareReaders(text: string, { families }: Exposition): ReaderComparison {
  const read = readSecond(text);
  if ('message' in read) return { agreed: 0, ...sorted([read]) };
  const differences: (Disagreement | Excused)[] = [];
  let agreed = 0;
  for (const family of families.values()) {
    const difference = differenceOf(family, read.get(family.name));
    if (difference === undefined) agreed++;
    else differences.push(difference);
  }
  for (const name of read.keys()) {
    if (families.has(name)) continue;
    const message = `Only the second reader finds the family ${name}.`;
    differences.push({ family: name, message, ...(name.startsWith('#') && { fault: 'comment-without-blank' }) });
  }
  return { agreed, ...sorted(differences) };
}

function sorted(differences: readonly (Disagreement | Excused)[]): Pick<ReaderComparison, 'disagreements' | 'excused'> {
  const isExcused = (difference: Disagreement | Excused): difference is Excused => 'fault' in difference;
  return {
    disagreements: differences.filter((it) => !isExcused(it)),
    excused: differences.filter(isExcused).map((it) => ({ ...it, message: `${it.message} ${secondReaderFaults[it.fault]}` })),
  };
}

function readSecond(text: string): ReadonlyMap<string, readonly ParsedFamily[]> | Disagreement | Excused {
  let read: readonly ParsedFamily[];
  try {
    read = parsePrometheusTextFormat(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const fault = faultOfLine(message.replace(/^Encountered invalid line: /, ''));
    return { family: undefined, message: `The second reader cannot read it: ${message}`, ...(fault && { fault }) };
  }
  const families = new Map<string, ParsedFamily[]>();
  for (const family of read) families.set(family.name, [...(families.get(family.name) ?? []), family]);
  return families;
}

function faultOfLine(line: string): SecondReaderFault | undefined {
  if (/^# HELP \S+$/.test(line)) return 'empty-help';
  const withoutValues = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return /^[^#]*\{.*,[ \t]+[A-Za-z_]/.test(withoutValues) ? 'blank-after-comma' : undefined;
}

function differenceOf(family: Family, read: readonly ParsedFamily[] | undefined): Disagreement | Excused | undefined {
  const difference = (message: string): Disagreement => ({ family: family.name, message: `${family.name}: ${message}` });
  const [second, ...further] = read ?? [];
  if (second === undefined) return difference('the second reader does not find this family.');
  if (further.length > 0) return difference(`the second reader finds ${read?.length} families of this name.`);
  const type = (family.type ?? 'untyped').toUpperCase();
  if (second.type !== type) return difference(`its type is ${type}, the second reader says ${second.type}.`);
  if (family.type === 'histogram' || family.type === 'summary') return compositeDifference(family, second, difference);
  if (second.metrics.length !== family.samples.length) {
    return difference(`it has ${family.samples.length} samples, the second reader finds ${second.metrics.length}.`);
  }
  const wrong = family.samples.find((sample, index) => {
    const { labels = {}, value = '' } = second.metrics[index] ?? {};
    return !sameLabels(sample.labels, labels) || !Object.is(numberOf(value), sample.value);
  });
  return wrong && difference(`the second reader differs in the sample of line ${wrong.line}.`);
}

/** The package gives a histogram or a summary as one object, with its bounds or quantiles as keys. */
function compositeDifference(family: Family, second: ParsedFamily, difference: (message: string) => Disagreement) {
  const bound = family.type === 'histogram' ? 'le' : 'quantile';
  if (family.samples.some(({ labels }) => Object.keys(labels).some((label) => label !== bound))) {
    const fault: SecondReaderFault = 'label-sets-of-histogram';
    return { ...difference('the second reader loses label sets.'), fault };
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
