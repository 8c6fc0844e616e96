import type { MetadataLine } from './metadata-line.ts';
import type { FamilyType, Fault, Format, Rule } from './model.ts';

const textTypes: readonly FamilyType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const openMetricsTypes: readonly FamilyType[] = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
];

/** The suffixes of sample names; '' for the family's own name. */
const textSuffixes: Partial<Record<FamilyType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const openMetricsSuffixes: Partial<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  info: ['_info'],
};
const noSuffix: readonly string[] = [''];

function typesOf(format: Format): readonly FamilyType[] {
  return format === 'text' ? textTypes : openMetricsTypes;
}

/** The type with this name in either format; undefined if there is none. */
function typeNamed(name: string): FamilyType | undefined {
  return [...textTypes, ...openMetricsTypes].find((type) => type === name);
}

export function suffixesOf(type: FamilyType | undefined, format: Format): readonly string[] {
  if (type === undefined) return noSuffix;
  return (format === 'text' ? textSuffixes : openMetricsSuffixes)[type] ?? noSuffix;
}

/**
 * Whether an OpenMetrics `# TYPE` line has the name of the sample instead of the family, as in kube-state-metrics from 2.8 on. The
 * samples then have the name of the family.
 */
function isNamedLikeSample(name: string, type: FamilyType | undefined, format: Format): boolean {
  if (format === 'text') return false;
  return (type === 'counter' && name.endsWith('_total')) || (type === 'info' && name.endsWith('_info'));
}

/** The metadata of a family, from the lines read so far. */
export interface FamilyHeader {
  readonly name: string;
  type: FamilyType | undefined;
  help: string | undefined;
  unit: string | undefined;
  hasSamples: boolean;
}

type Metadata = Extract<MetadataLine, { readonly name: string }>;

/** Assigns the lines of an exposition to families, and finds families that are split or clash, and duplicate metadata. */
export class FamilyTracker {
  /** The family of the last line. */
  current: FamilyHeader | undefined;
  readonly families = new Map<string, FamilyHeader>();
  /** The family's name by the names of its samples, if they differ: `x_bucket` belongs to the histogram `x`. */
  readonly #familyOfSample = new Map<string, string>();
  readonly #format: Format;
  readonly #report: (fault: Fault) => void;

  constructor(format: Format, report: (fault: Fault) => void) {
    this.#format = format;
    this.#report = report;
  }

  /** A `# HELP`, `# TYPE` or `# UNIT` line. */
  metadata(line: Metadata): void {
    const known = this.families.get(line.name);
    const sampleOf = this.#familyOfSample.get(line.name);
    if (known === undefined && sampleOf !== undefined) {
      this.#fail('clashing-family-name', line.nameAt, `${line.name} is already the name of a sample of ${sampleOf}.`);
    }
    const family = known ?? this.#add(line.name);
    const field = line.kind;
    if (family[field] !== undefined) {
      this.#fail(`${field}-twice`, line.nameAt, `${line.name} has a second ${field.toUpperCase()} line.`);
    } else if (family.hasSamples) {
      const rule = field === 'type' ? 'type-after-samples' : 'metadata-after-samples';
      this.#fail(rule, line.nameAt, `The ${field.toUpperCase()} line of ${line.name} comes after its samples.`);
    } else if (known !== undefined && known !== this.current) {
      this.#fail('split-family', line.nameAt, `${line.name} continues after another family.`);
    }
    this.current = family;
    if (field === 'type') this.#type(family, line);
    else if (field === 'help') family.help ??= line.text;
    else this.#unit(family, line);
  }

  /** Assigns a sample with another name than the one before, or after a line that is not a sample; `at` is the index of its name. */
  sample(name: string, at: number): FamilyHeader {
    const family = this.#familyOf(name, at);
    family.hasSamples = true;
    this.current = family;
    return family;
  }

  #familyOf(name: string, at: number): FamilyHeader {
    const current = this.current;
    if (current !== undefined && this.#belongs(name, current)) return current;
    const sampleOf = this.#familyOfSample.get(name);
    const known = this.families.get(name) ?? (sampleOf === undefined ? undefined : this.families.get(sampleOf));
    if (known === undefined) return this.#add(name);
    if (known !== current) this.#fail('split-family', at, `${known.name} continues after another family.`);
    if (!this.#belongs(name, known)) {
      const expected = suffixesOf(known.type, this.#format).map((suffix) => known.name + suffix);
      this.#fail(
        'sample-name-not-of-type',
        at,
        `${known.type === 'info' ? 'An' : 'A'} ${known.type} named ${known.name} has samples named ${expected.join(', ')}, not ${name}.`,
      );
    }
    return known;
  }

  #belongs(name: string, { name: family, type }: FamilyHeader): boolean {
    if (!name.startsWith(family)) return false;
    const suffix = name.slice(family.length);
    return suffixesOf(type, this.#format).includes(suffix) || (suffix === '' && isNamedLikeSample(family, type, this.#format));
  }

  #add(name: string): FamilyHeader {
    const family: FamilyHeader = { name, type: undefined, help: undefined, unit: undefined, hasSamples: false };
    this.families.set(name, family);
    return family;
  }

  #type(family: FamilyHeader, { text, nameAt, textAt }: Metadata): void {
    const type = typeNamed(text);
    if (type === undefined || !typesOf(this.#format).includes(type)) {
      const known = typesOf(this.#format).join(', ');
      const rule = this.#format === 'text' && type !== undefined ? 'openmetrics-type-in-text' : 'unknown-type';
      this.#fail(rule, textAt, `${JSON.stringify(text)} is not a type of this format: ${known}.`);
    }
    if (family.type !== undefined || type === undefined) return;
    family.type = type;
    if (isNamedLikeSample(family.name, type, this.#format)) {
      const rule = type === 'counter' ? 'counter-type-name-with-total' : 'info-type-name-with-info';
      this.#fail(
        rule,
        nameAt,
        `An OpenMetrics TYPE line has the name of the ${type} without the suffix of its samples, not ${family.name}.`,
      );
      return;
    }
    for (const suffix of suffixesOf(type, this.#format)) {
      if (suffix === '') continue;
      const name = family.name + suffix;
      const taken = this.families.get(name);
      if (taken?.type === undefined && taken?.hasSamples) {
        this.#fail('type-after-samples', nameAt, `The TYPE line of ${family.name} comes after samples named ${name}.`);
      } else if (taken !== undefined) {
        this.#fail('clashing-family-name', nameAt, `${name} is the name of a sample of ${family.name} and of another family.`);
      }
      this.#familyOfSample.set(name, family.name);
    }
  }

  #unit(family: FamilyHeader, { text, textAt }: Metadata): void {
    family.unit ??= text;
    if (text !== '' && !family.name.endsWith(`_${text}`)) {
      this.#fail('unit-not-suffix', textAt, `The unit ${JSON.stringify(text)} is not the suffix of the name ${family.name}.`);
    }
  }

  #fail(rule: Rule, at: number, message: string): void {
    this.#report({ rule, at, message });
  }
}
