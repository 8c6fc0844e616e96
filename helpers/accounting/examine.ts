import type { ExposedResource } from '../catalogue/exposed.ts';
import type { Context } from '../catalogue/table.ts';
import type { Format, Labels } from '../exposition/model.ts';
import type { LabelledValue } from '../exposition/packed-samples.ts';
import type { SeriesVisitor } from '../exposition/read.ts';
import { SeriesDigest } from '../exposition/series-digest.ts';
import type { Difference, SampleDifference } from './difference.ts';
import { type ExpectedCounts, ExpectedResource, firstOwner, type Subjects } from './expected.ts';
import { familyOf, type Header, headerDifference } from './headers.ts';
import type { Inventory } from './inventory.ts';
import { ExpectedSamples, type NamedSample } from './match.ts';

/** A sample of an object that changed during the scrape. */
interface UnsettledSample {
  readonly family: string;
  readonly labels: Labels;
  readonly value: number;
  readonly object: string;
}

/** The comparison of one exposition with the objects of one inventory. */
export interface Examined {
  readonly samples: number;
  readonly explained: number;
  /** The number of samples of the families that are not judged. */
  readonly notJudged: number;
  readonly differences: readonly Difference[];
  readonly unsettled: readonly UnsettledSample[];
  /** The resourceVersion of each object that was compared, by its name: `Pod default/web-0`. */
  readonly compared: ReadonlyMap<string, string>;
  /** The names of the objects that changed during the scrape. */
  readonly unsettledObjects: ReadonlySet<string>;
  /** What is expected of each resource with objects. */
  readonly resources: ReadonlyMap<string, ExpectedCounts>;
}

/** The families of an exposition, once it was read. */
export interface ReadFamilies {
  readonly samples: number;
  readonly families: ReadonlyMap<string, Header>;
}

/** An exposition with its samples, which are those of their families by name where they are packed. */
export interface ExpositionInMemory extends ReadFamilies {
  readonly format: Format;
  readonly families: ReadonlyMap<string, Header & { readonly samples: Iterable<NamedSample | LabelledValue> }>;
}

/**
 * The comparison of an exposition with the samples that the tables expect of the settled objects. The samples are compared one after
 * another, as they are read; those that are as expected are counted and not kept.
 */
export class Examination implements SeriesVisitor {
  readonly #format: Format;
  readonly #subjects: Subjects;
  readonly #accepted: ReadonlySet<string>;
  readonly #resources: readonly ExpectedResource[];
  /** By the name of the family. */
  readonly #expected: ReadonlyMap<string, ExpectedSamples>;
  /** The samples of families that are neither expected nor accepted. */
  readonly #unknown = new Map<string, NamedSample[]>();
  #notJudged = 0;
  /** Where the samples of the current family go. */
  #family: ExpectedSamples | NamedSample[] | undefined;

  /**
   * Derives what is expected.
   * @param accepted the names of families of which any sample is accepted, unless a resource has them
   * @throws an Error if a table's row fails for an object, with the names of both
   */
  constructor(
    format: Format,
    inventory: Inventory,
    resources: readonly ExposedResource[],
    context: Context,
    accepted: ReadonlySet<string> = new Set(),
  ) {
    this.#format = format;
    this.#accepted = accepted;
    this.#subjects = { inventory, context, compared: new Map(), unsettledObjects: new Set(), count: 0 };
    this.#expected = new Map(resources.flatMap(({ rows }) => rows.map(({ name }) => [name, new ExpectedSamples()])));
    this.#resources = resources.map((resource) => new ExpectedResource(resource, this.#subjects, this.#expected));
  }

  /** The samples that follow belong to the family. */
  family(name: string): void {
    const total = this.#format === 'text' ? undefined : this.#expected.get(`${name}_total`);
    this.#family = this.#expected.get(name) ?? total ?? this.#unknownFamily(name);
  }

  /** @param sample returns the sample, and is called if it is not as expected */
  sample(digest: SeriesDigest, value: number, sample: () => NamedSample): void {
    const family = this.#family;
    if (family === undefined) this.#notJudged += 1;
    else if (Array.isArray(family)) family.push(sample());
    else if (!family.take(digest, value)) family.keep(digest, sample());
  }

  /** Compares an exposition in memory. */
  read(exposition: ExpositionInMemory): Examined {
    const digest = new SeriesDigest();
    for (const { name, samples } of exposition.families.values()) {
      this.family(name);
      for (const sample of samples) {
        const { labels, value } = sample;
        digest.set(labels, true);
        this.sample(digest, value, () => ('name' in sample ? sample : { name, labels, value }));
      }
    }
    return this.end(exposition);
  }

  /** The comparison, once all samples were read. */
  end({ samples, families }: ReadFamilies): Examined {
    const { context, compared, unsettledObjects } = this.#subjects;
    const differences: Difference[] = [];
    const unsettled: UnsettledSample[] = [];
    const known = new Set<string>();
    const settled = new Map([...this.#expected].map(([name, expected]) => [name, expected.settle()]));
    const unmet = new Map([...settled].map(([name, family]) => [name, family.unmet]));
    const uses = usesOf(this.#resources);
    for (const resource of this.#resources) {
      const { table, rows } = resource.exposed;
      const unmetOfResource = resource.differences(unmet);
      for (const [index, row] of rows.entries()) {
        const family = familyOf(families, this.#format, row);
        if (family) known.add(family.name);
        const { isFirst, isLast, resources } = uses(row.name, resource);
        const header = isFirst ? headerDifference(row, table.resource, family, this.#format, resource.isDue, context) : undefined;
        if (header) differences.push(header);
        const isRepeated = rows.findIndex(({ name }) => name === row.name) < index;
        if (!isRepeated) for (const difference of unmetOfResource.get(row.name) ?? []) differences.push(difference);
        if (!isLast) continue;
        const allOwners = resources.map(({ owners }) => owners);
        for (const { sample, duplicate } of settled.get(row.name)?.unmatched ?? []) {
          const { name, labels, value } = sample;
          const changed = firstOwner(allOwners, (lookup) => lookup.unsettled(labels));
          if (changed !== undefined) {
            unsettled.push({ family: name, labels, value, object: changed });
            continue;
          }
          const deleted = firstOwner(allOwners, (lookup) => lookup.deleted(labels)) !== undefined;
          const object = firstOwner(allOwners, (lookup) => lookup.settled(labels));
          differences.push(unexplained(sample, table.resource, { duplicate, deleted, object }));
        }
      }
    }
    for (const family of families.values()) {
      if (!known.has(family.name) && !this.#isAccepted(family.name)) differences.push(...this.#unknownDifferences(family));
    }
    let explained = 0;
    for (const { equal } of this.#expected.values()) explained += equal;
    return {
      samples,
      explained,
      notJudged: this.#notJudged,
      differences,
      unsettled,
      compared,
      unsettledObjects,
      resources: new Map(
        this.#resources.filter(({ hasObjects }) => hasObjects).map(({ exposed, counts }) => [exposed.table.resource, counts]),
      ),
    };
  }

  #unknownFamily(name: string): NamedSample[] | undefined {
    if (this.#isAccepted(name)) return undefined;
    const samples = this.#unknown.get(name) ?? [];
    this.#unknown.set(name, samples);
    return samples;
  }

  #isAccepted(name: string): boolean {
    return this.#accepted.has(name) || this.#accepted.has(`${name}_total`);
  }

  #unknownDifferences({ name, type }: Header): readonly Difference[] {
    const samples = this.#unknown.get(name) ?? [];
    if (samples.length > 0) return samples.map((sample) => unexplained(sample, undefined));
    return [{ what: 'unexplained', family: name, resource: undefined, type: type ?? 'untyped' }];
  }
}

/** Returns which use of a family a row is, as custom resources may share one, and the resources that have used it. */
function usesOf(resources: readonly ExpectedResource[]) {
  const remaining = new Map<string, number>();
  for (const { name } of resources.flatMap(({ exposed }) => exposed.rows)) remaining.set(name, (remaining.get(name) ?? 0) + 1);
  const used = new Map<string, ExpectedResource[]>();
  return (name: string, resource: ExpectedResource) => {
    const before = used.get(name);
    const left = (remaining.get(name) ?? 1) - 1;
    remaining.set(name, left);
    const all = [...(before ?? []), resource];
    used.set(name, all);
    return { isFirst: before === undefined, isLast: left === 0, resources: all };
  };
}

function unexplained(
  { name, labels, value }: NamedSample,
  resource: string | undefined,
  { duplicate = false, deleted = false, object }: { duplicate?: boolean; deleted?: boolean; object?: string | undefined } = {},
): SampleDifference {
  const details = { ...(duplicate && { duplicate }), ...(deleted && { deleted }), ...(object !== undefined && { object }) };
  return { what: 'unexplained', family: name, resource, labels, value, ...details };
}
