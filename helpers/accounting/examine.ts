import type { ExposedResource } from '../catalogue/exposed.ts';
import type { Context, Expected, FamilyRow, ResourceTable } from '../catalogue/table.ts';
import type { Exposition, Family, Labels, Sample } from '../exposition/model.ts';
import type { Difference, SampleDifference } from './difference.ts';
import { familyOf, headerDifference, isHeaderDue } from './headers.ts';
import { type Inventory, type Observed, objectName, objectsOf } from './inventory.ts';
import { FamilySamples, isEqualValue, mostDistinctiveLabel } from './match.ts';
import { firstOwner, ownersByLabels, SharedFamilies } from './owners.ts';

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
  /** The resources with objects. */
  readonly resources: ReadonlySet<string>;
}

/** An object with the labels of its samples. */
interface Subject {
  readonly object: Observed['object'];
  readonly name: string;
  readonly labels: Labels;
}

interface Subjects {
  readonly settled: readonly Subject[];
  readonly unsettled: readonly Subject[];
  readonly deleted: readonly Subject[];
  /** How often the release exposes each object: once per namespace in `--namespaces` if it lists the same objects for each. */
  readonly copies: number;
}

/**
 * Compares an exposition with the samples that the tables expect of the settled objects.
 * @param accepted the names of families of which any sample is accepted, unless a resource has them
 */
export function examine(
  exposition: Exposition,
  inventory: Inventory,
  resources: readonly ExposedResource[],
  context: Context,
  accepted: ReadonlySet<string> = new Set(),
): Examined {
  const differences: Difference[] = [];
  const unsettled: UnsettledSample[] = [];
  const compared = new Map<string, string>();
  const unsettledObjects = new Set<string>();
  const withObjects = new Set<string>();
  const knownFamilies = new Set<Family>();
  const families = new SharedFamilies(resources);
  let explained = 0;

  for (const { table, rows } of resources) {
    const observed = objectsOf(table, inventory, context.exporter, context.options);
    const objects = observed.filter(({ deleted }) => !deleted);
    const subjects = subjectsOf(table, observed, context);
    for (const { name, object } of subjects.settled) compared.set(name, object.metadata.resourceVersion ?? '');
    for (const { name } of subjects.unsettled) unsettledObjects.add(name);
    if (objects.length > 0) withObjects.add(table.resource);
    const isDue = isHeaderDue(table, objects, context);
    const owners = {
      settled: ownersByLabels(subjects.settled),
      unsettled: ownersByLabels(subjects.unsettled),
      deleted: ownersByLabels(subjects.deleted),
    };
    const label = mostDistinctiveLabel(subjects.settled.map(({ labels }) => labels));
    for (const row of rows) {
      const family = familyOf(exposition, row);
      if (family) knownFamilies.add(family);
      const { samples, allOwners, isFirst, isLast } = families.use(
        row.name,
        owners,
        () => new FamilySamples(family?.samples ?? [], label),
      );
      const header = isFirst ? headerDifference(row, table.resource, family, exposition.format, isDue, context) : undefined;
      if (header) differences.push(header);
      explained += matchAll(row, table, subjects, samples, context, differences);
      if (!isLast) continue;
      for (const { sample, duplicate } of samples.unmatched()) {
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
  let notJudged = 0;
  for (const family of exposition.families.values()) {
    if (knownFamilies.has(family)) continue;
    if (accepted.has(family.name) || accepted.has(`${family.name}_total`)) notJudged += family.samples.length;
    else differences.push(...unknownFamily(family));
  }
  const counts = { samples: exposition.samples, explained, notJudged };
  return { ...counts, differences, unsettled, compared, unsettledObjects, resources: withObjects };
}

function subjectsOf(table: ResourceTable, objects: readonly Observed[], context: Context): Subjects {
  const subjects = { settled: [] as Subject[], unsettled: [] as Subject[], deleted: [] as Subject[] };
  for (const { object, settled, deleted } of objects) {
    const state = deleted ? 'deleted' : settled ? 'settled' : 'unsettled';
    subjects[state].push({ object, name: objectName(object), labels: labelsOf(table, object, context) });
  }
  const ignoresNamespaces = !table.namespaced || table.listsNamespace?.(context.exporter) !== undefined;
  const copies = ignoresNamespaces && !context.since('2.20') ? (context.options.namespaces?.size ?? 1) : 1;
  return { ...subjects, copies };
}

/** Matches the samples of the settled objects, adds the differences, and returns the number of equal samples. */
function matchAll(
  row: FamilyRow,
  table: ResourceTable,
  subjects: Subjects,
  samples: FamilySamples,
  context: Context,
  differences: Difference[],
): number {
  let explained = 0;
  for (const subject of subjects.settled) {
    for (const expected of samplesOf(row, subject, context)) {
      for (let copy = 0; copy < subjects.copies; copy += 1) {
        const sample = samples.match(subject.labels, expected.labels, expected.value);
        if (sample && isEqualValue(sample.value, expected.value)) explained += 1;
        else differences.push(difference(row, table, subject, expected, sample));
      }
    }
  }
  return explained;
}

function labelsOf(table: ResourceTable, object: Observed['object'], context: Context): Labels {
  try {
    return table.labels(object, context);
  } catch (error) {
    throw tableError(`The labels of ${table.resource}`, objectName(object), error);
  }
}

function samplesOf(row: FamilyRow, subject: Subject, context: Context): readonly Expected[] {
  try {
    return row.samples(subject.object, context);
  } catch (error) {
    throw tableError(row.name, subject.name, error);
  }
}

function tableError(what: string, object: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${what} cannot be derived from ${object}: ${reason}`, { cause: error });
}

function difference(
  row: FamilyRow,
  table: ResourceTable,
  subject: Subject,
  expected: Expected,
  sample: Sample | undefined,
): SampleDifference {
  const common = { family: row.name, resource: table.resource, object: subject.name };
  if (!sample) return { ...common, what: 'missing', labels: { ...subject.labels, ...expected.labels }, value: expected.value };
  return { ...common, what: 'unequal', labels: sample.labels, value: sample.value, expected: expected.value };
}

function unexplained(
  { name, labels, value }: Sample,
  resource: string | undefined,
  { duplicate = false, deleted = false, object }: { duplicate?: boolean; deleted?: boolean; object?: string | undefined } = {},
): SampleDifference {
  const details = { ...(duplicate && { duplicate }), ...(deleted && { deleted }), ...(object !== undefined && { object }) };
  return { what: 'unexplained', family: name, resource, labels, value, ...details };
}

function unknownFamily(family: Family): readonly Difference[] {
  if (family.samples.length > 0) return family.samples.map((sample) => unexplained(sample, undefined));
  return [{ what: 'unexplained', family: family.name, resource: undefined, type: family.type ?? 'untyped' }];
}
