import type { ExposedResource } from '../catalogue/exposed.ts';
import type { Context, Expected, FamilyRow, ResourceTable } from '../catalogue/table.ts';
import type { Labels } from '../exposition/model.ts';
import { SeriesDigest } from '../exposition/series-digest.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { SampleDifference } from './difference.ts';
import { isHeaderDue } from './headers.ts';
import { eachObjectOf, type Inventory, type Observed, objectName } from './inventory.ts';
import type { ExpectedSamples, Unmet } from './match.ts';
import { seriesKey } from './series.ts';

/** The name of an object with the labels of its samples: `Pod default/web-0`. */
interface Owner {
  readonly name: string;
  readonly labels: Labels;
}

type Lookup = (labels: Labels) => string | undefined;

/** The lookups of an object's name by the labels of its samples, for one resource. */
export interface OwnerLookups {
  readonly settled: Lookup;
  readonly unsettled: Lookup;
  readonly deleted: Lookup;
}

/** The objects of a cluster of which samples are expected, across all resources. */
export interface Subjects {
  readonly inventory: Inventory;
  readonly context: Context;
  /** The resourceVersion of each settled object, by its name: `Pod default/web-0`. */
  readonly compared: Map<string, string>;
  /** The names of the objects that changed during the scrape. */
  readonly unsettledObjects: Set<string>;
  /** The number of settled objects so far, which numbers the next one. */
  count: number;
}

/** How much is expected of the objects of a resource, those that changed during the scrape included. */
export interface ExpectedCounts {
  readonly objects: number;
  readonly samples: number;
  /** The families with a sample. */
  readonly families: ReadonlySet<string>;
}

/** The samples that are expected of one resource: only their digests are kept, and the rest is derived again from its object. */
export class ExpectedResource {
  readonly exposed: ExposedResource;
  readonly owners: OwnerLookups;
  /** Whether it has an object. */
  readonly hasObjects: boolean;
  readonly counts: ExpectedCounts;
  /** What `isHeaderDue` returns for its objects. */
  readonly isDue: boolean | undefined;
  readonly #subjects: Subjects;
  /** The number of its first settled object, and of the first one of the next resource. */
  readonly #first: number;
  readonly #end: number;

  /**
   * Adds the expected samples of the settled objects to those of their families.
   * @param families the expected samples by the name of the family
   */
  constructor(exposed: ExposedResource, subjects: Subjects, families: ReadonlyMap<string, ExpectedSamples>) {
    this.exposed = exposed;
    this.#subjects = subjects;
    this.#first = subjects.count;
    const { table, rows } = exposed;
    const { inventory, context } = subjects;
    const unsettled: Owner[] = [];
    const deleted: Owner[] = [];
    const forHeaders = new Map<string, Pick<Observed, 'settled'> & { readonly object: Pick<KubernetesObject, 'metadata'> }>();
    const copies = copiesOf(table, context);
    const digest = new SeriesDigest();
    const counts = { objects: 0, samples: 0, families: new Set<string>() };
    for (const observed of eachObjectOf(table, inventory, context.exporter, context.options)) {
      const { object, settled } = observed;
      const name = objectName(object);
      const labels = labelsOf(table, object, context);
      if (observed.deleted) {
        deleted.push({ name, labels });
        continue;
      }
      const { namespace } = object.metadata;
      const metadata = { name: '', ...(namespace !== undefined && { namespace }) };
      forHeaders.set(`${namespace} ${settled}`, { settled, object: { metadata } });
      counts.objects += 1;
      if (settled) subjects.compared.set(name, object.metadata.resourceVersion ?? '');
      else {
        unsettled.push({ name, labels });
        subjects.unsettledObjects.add(name);
      }
      digest.set(labels, false);
      const own = { a: digest.a, b: digest.b };
      for (const row of rows) {
        const allExpected = samplesOf(row, object, context);
        counts.samples += copies * allExpected.length;
        if (allExpected.length > 0) counts.families.add(row.name);
        if (!settled) continue;
        const samples = families.get(row.name) as ExpectedSamples;
        for (const expected of allExpected) {
          digest.setWith(own, labels, expected.labels);
          for (let copy = 0; copy < copies; copy += 1) samples.add(digest, expected.value, subjects.count);
        }
      }
      if (settled) subjects.count += 1;
    }
    this.#end = subjects.count;
    this.counts = counts;
    this.hasObjects = forHeaders.size > 0;
    this.isDue = isHeaderDue(table, [...forHeaders.values()], context);
    this.owners = {
      settled: ownersByLabels(() => this.#settledOwners()),
      unsettled: ownersByLabels(() => unsettled),
      deleted: ownersByLabels(() => deleted),
    };
  }

  /**
   * The differences of the expected samples that were not met, by family.
   * @param unmet those of all resources, by the name of the family
   */
  differences(unmet: ReadonlyMap<string, readonly Unmet[]>): ReadonlyMap<string, readonly SampleDifference[]> {
    const bySubject = new Map<number, { readonly family: string; readonly unmet: Unmet }[]>();
    for (const family of new Set(this.exposed.rows.map(({ name }) => name))) {
      for (const sample of unmet.get(family) ?? []) {
        const { subject } = sample;
        if (subject < this.#first || subject >= this.#end) continue;
        const list = bySubject.get(subject);
        if (list) list.push({ family, unmet: sample });
        else bySubject.set(subject, [{ family, unmet: sample }]);
      }
    }
    const differences = new Map<string, SampleDifference[]>();
    if (bySubject.size === 0) return differences;
    for (const { subject, object, labels } of this.#settled()) {
      for (const { family, unmet } of bySubject.get(subject) ?? []) {
        const list = differences.get(family) ?? [];
        differences.set(family, list);
        list.push(this.#difference(family, object, labels, unmet));
      }
    }
    return differences;
  }

  #difference(family: string, object: KubernetesObject, own: Labels, { position, sample }: Unmet): SampleDifference {
    const { context } = this.#subjects;
    const { table, rows } = this.exposed;
    const copies = copiesOf(table, context);
    const all = rows.filter(({ name }) => name === family).flatMap((row) => samplesOf(row, object, context));
    const { labels, value } = all[Math.floor(position / copies)] as Expected;
    const common = { family, resource: table.resource, object: objectName(object) };
    if (!sample) return { ...common, what: 'missing', labels: { ...own, ...labels }, value };
    return { ...common, what: 'unequal', labels: sample.labels, value: sample.value, expected: value };
  }

  /** The settled objects again, with their numbers. */
  *#settled(): Generator<{ subject: number; object: KubernetesObject; labels: Labels }> {
    const { inventory, context } = this.#subjects;
    const { table } = this.exposed;
    let subject = this.#first;
    for (const { object, settled, deleted } of eachObjectOf(table, inventory, context.exporter, context.options)) {
      if (!settled || deleted) continue;
      yield { subject, object, labels: labelsOf(table, object, context) };
      subject += 1;
    }
  }

  *#settledOwners(): Generator<Owner> {
    for (const { object, labels } of this.#settled()) yield { name: objectName(object), labels };
  }
}

/** The first name that a lookup finds. */
export function firstOwner(
  lookups: readonly OwnerLookups[],
  find: (lookups: OwnerLookups) => string | undefined,
): string | undefined {
  for (const lookup of lookups) {
    const name = find(lookup);
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * Returns a lookup of an object's name by the labels of its samples.
 * @param subjects returns the objects; it is called on the first lookup
 */
function ownersByLabels(subjects: () => Iterable<Owner>): Lookup {
  // Built on the first lookup, as most expositions need none.
  let index: readonly Owners[] | undefined;
  return (labels) => {
    index ??= indexOwners(subjects());
    for (const { names, owners } of index) {
      const owner = owners.get(seriesKey(Object.fromEntries(names.map((name) => [name, labels[name] ?? '']))));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

/** Objects whose samples have the labels `names`: the objects' names by `seriesKey` of those labels. */
interface Owners {
  readonly names: readonly string[];
  readonly owners: Map<string, string>;
}

function indexOwners(subjects: Iterable<Owner>): readonly Owners[] {
  const byNames = new Map<string, Owners>();
  for (const { labels, name } of subjects) {
    const names = Object.keys(labels);
    const group = byNames.get(names.join(',')) ?? { names, owners: new Map<string, string>() };
    group.owners.set(seriesKey(labels), name);
    byNames.set(names.join(','), group);
  }
  return [...byNames.values()];
}

/** How often the release exposes each object: once per namespace in `--namespaces` if it lists the same objects for each. */
function copiesOf(table: ResourceTable, context: Context): number {
  const ignoresNamespaces = !table.namespaced || table.listsNamespace?.(context.exporter) !== undefined;
  return ignoresNamespaces && !context.since('2.20') ? (context.options.namespaces?.size ?? 1) : 1;
}

function labelsOf(table: ResourceTable, object: KubernetesObject, context: Context): Labels {
  try {
    return table.labels(object, context);
  } catch (error) {
    throw tableError(`The labels of ${table.resource}`, object, error);
  }
}

function samplesOf(row: FamilyRow, object: KubernetesObject, context: Context): readonly Expected[] {
  try {
    return row.samples(object, context);
  } catch (error) {
    throw tableError(row.name, object, error);
  }
}

function tableError(what: string, object: KubernetesObject, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${what} cannot be derived from ${objectName(object)}: ${reason}`, { cause: error });
}
