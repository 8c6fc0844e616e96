import { namesItsSample, suffixesOf, typeNamed, typesOf } from './family-types.ts';
import type { MetadataLine } from './metadata-line.ts';
import type { FamilyType, Format } from './model.ts';
import type { Fault, Rule } from './rules.ts';

/** What is known of a family so far; its HELP and TYPE lines fill it in. */
export interface FamilyHeader {
  readonly name: string;
  type: FamilyType | undefined;
  help: string | undefined;
  unit: string | undefined;
  hasSamples: boolean;
}

type Metadata = Extract<MetadataLine, { readonly name: string }>;

/** Follows which family the lines of an exposition belong to, and finds families that are split, clash or say a thing twice. */
export class FamilyTracker {
  /** The family that the last line belongs to. */
  current: FamilyHeader | undefined;
  readonly families = new Map<string, FamilyHeader>();
  /** The family's name by the name that its samples may have, where that differs: `x_bucket` is of the histogram `x`. */
  readonly #claimed = new Map<string, string>();
  readonly #format: Format;
  readonly #report: (fault: Fault) => void;

  constructor(format: Format, report: (fault: Fault) => void) {
    this.#format = format;
    this.#report = report;
  }

  /** A `# HELP`, `# TYPE` or `# UNIT` line. */
  metadata(line: Metadata): void {
    const known = this.families.get(line.name);
    const claimedBy = this.#claimed.get(line.name);
    if (known === undefined && claimedBy !== undefined) {
      this.#fail('clashing-family-name', line.nameAt, `${line.name} is already the name of a sample of ${claimedBy}.`);
    }
    const family = known ?? this.#add(line.name);
    const field = line.kind;
    if (family[field] !== undefined) {
      this.#fail(`${field}-twice`, line.nameAt, `${line.name} has a second ${field.toUpperCase()} line.`);
    } else if (family.hasSamples) {
      const rule = field === 'type' ? 'type-after-samples' : 'metadata-after-samples';
      this.#fail(rule, line.nameAt, `The ${field.toUpperCase()} line of ${line.name} comes after samples of it.`);
    } else if (known !== undefined && known !== this.current) {
      this.#fail('split-family', line.nameAt, `${line.name} is taken up again after another family.`);
    }
    this.current = family;
    if (field === 'type') this.#type(family, line);
    else if (field === 'help') family.help ??= line.text;
    else this.#unit(family, line);
  }

  /** A sample whose name is not that of the sample before it, or which follows other lines; `at` is where its name begins. */
  sample(name: string, at: number): FamilyHeader {
    const family = this.#familyOf(name, at);
    family.hasSamples = true;
    this.current = family;
    return family;
  }

  #familyOf(name: string, at: number): FamilyHeader {
    const current = this.current;
    if (current !== undefined && this.#belongs(name, current)) return current;
    const claimedBy = this.#claimed.get(name);
    const known = this.families.get(name) ?? (claimedBy === undefined ? undefined : this.families.get(claimedBy));
    if (known === undefined) return this.#add(name);
    if (known !== current) this.#fail('split-family', at, `${known.name} is taken up again after another family.`);
    if (!this.#belongs(name, known)) {
      const wanted = suffixesOf(known.type, this.#format).map((suffix) => known.name + suffix);
      this.#fail(
        'sample-name-not-of-type',
        at,
        `A ${known.type} named ${known.name} has samples named ${wanted.join(', ')}, not ${name}.`,
      );
    }
    return known;
  }

  #belongs(name: string, { name: family, type }: FamilyHeader): boolean {
    if (!name.startsWith(family)) return false;
    const suffix = name.slice(family.length);
    return suffixesOf(type, this.#format).includes(suffix) || (suffix === '' && namesItsSample(family, type, this.#format));
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
    if (namesItsSample(family.name, type, this.#format)) {
      const rule = type === 'counter' ? 'counter-type-name-with-total' : 'info-type-name-with-info';
      this.#fail(rule, nameAt, `OpenMetrics' TYPE line names the ${type} without the suffix of its samples, not ${family.name}.`);
      return;
    }
    for (const suffix of suffixesOf(type, this.#format)) {
      if (suffix === '') continue;
      const name = family.name + suffix;
      const taken = this.families.get(name);
      if (taken?.type === undefined && taken?.hasSamples) {
        this.#fail('type-after-samples', nameAt, `The TYPE line of ${family.name} comes after samples named ${name}.`);
      } else if (taken !== undefined) {
        this.#fail('clashing-family-name', nameAt, `${name} would be a sample of ${family.name}, and is a family already.`);
      }
      this.#claimed.set(name, family.name);
    }
  }

  #unit(family: FamilyHeader, { text, textAt }: Metadata): void {
    family.unit ??= text;
    if (text !== '' && !family.name.endsWith(`_${text}`)) {
      this.#fail('unit-not-suffix', textAt, `The unit ${JSON.stringify(text)} is not the end of the name ${family.name}.`);
    }
  }

  #fail(rule: Rule, at: number, message: string): void {
    this.#report({ rule, at, message });
  }
}
