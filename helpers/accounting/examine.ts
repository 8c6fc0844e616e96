import type { Exposition, Family, Labels, Sample } from '../exposition/model.ts';
import type { Difference, SampleDifference } from './difference.ts';
import type { ExposedResource } from './exposed.ts';
import { familyOf, headerDifference, isHeaderDue } from './headers.ts';
import { type Inventory, type Observed, objectName, objectsOf } from './inventory.ts';
import { FamilySamples, isEqualValue, mostTelling } from './match.ts';
import { seriesKey } from './series.ts';
import type { Context, Expected, FamilyRow, ResourceTable } from './table.ts';

/** A sample of an object that was not still while the exposition was read: neither right nor wrong. */
interface UnsettledSample {
  readonly family: string;
  readonly labels: Labels;
  readonly value: number;
  readonly object: string;
}

export interface Examined {
  readonly samples: number;
  readonly explained: number;
  readonly differences: readonly Difference[];
  readonly unsettled: readonly UnsettledSample[];
  /** The objects that the exposition was held against, with the resourceVersion of each, and those that were not still. */
  readonly judged: ReadonlyMap<string, string>;
  readonly unsettledObjects: ReadonlySet<string>;
  /** The resources of which there were objects. */
  readonly resources: ReadonlySet<string>;
}

/** What a resource's samples are held against. */
interface Subject {
  readonly object: Observed['object'];
  readonly name: string;
  readonly labels: Labels;
}

interface Subjects {
  readonly settled: readonly Subject[];
  readonly unsettled: readonly Subject[];
  readonly departed: readonly Subject[];
  /** How often the release exposes each object: once for every namespace that it was told, where it does not tell them apart. */
  readonly copies: number;
}

/** Holds every family of an exposition against the objects that were still, and every object against the exposition. */
export function examine(
  exposition: Exposition,
  inventory: Inventory,
  resources: readonly ExposedResource[],
  context: Context,
): Examined {
  const differences: Difference[] = [];
  const unsettled: UnsettledSample[] = [];
  const judged = new Map<string, string>();
  const unsettledObjects = new Set<string>();
  const present = new Set<string>();
  const known = new Set<Family>();
  let explained = 0;

  for (const { table, rows } of resources) {
    const observed = objectsOf(table, inventory, context.exporter, context.options);
    const objects = observed.filter(({ departed }) => !departed);
    const subjects = subjectsOf(table, observed, context);
    for (const { name, object } of subjects.settled) judged.set(name, object.metadata.resourceVersion ?? '');
    for (const { name } of subjects.unsettled) unsettledObjects.add(name);
    if (objects.length > 0) present.add(table.resource);
    const due = isHeaderDue(table, objects, context);
    const owners = {
      settled: ownersByLabels(subjects.settled),
      unsettled: ownersByLabels(subjects.unsettled),
      departed: ownersByLabels(subjects.departed),
    };
    const label = mostTelling(subjects.settled.map(({ labels }) => labels));
    for (const row of rows) {
      const family = familyOf(exposition, row);
      if (family) known.add(family);
      const header = headerDifference(row, table.resource, family, exposition.format, due, context);
      if (header) differences.push(header);
      const samples = new FamilySamples(family?.samples ?? [], label);
      explained += claimAll(row, table, subjects, samples, context, differences);
      for (const { sample, repeated } of samples.left()) {
        const { name, labels, value } = sample;
        const changing = owners.unsettled(labels);
        if (changing !== undefined) {
          unsettled.push({ family: name, labels, value, object: changing });
          continue;
        }
        const of = { object: owners.settled(labels), departed: owners.departed(labels) !== undefined };
        differences.push(unexplained(sample, table.resource, { repeated, ...of }));
      }
    }
  }
  for (const family of exposition.families.values()) if (!known.has(family)) differences.push(...unknown(family));
  return { samples: exposition.samples, explained, differences, unsettled, judged, unsettledObjects, resources: present };
}

function subjectsOf(table: ResourceTable, objects: readonly Observed[], context: Context): Subjects {
  const subjects = { settled: [] as Subject[], unsettled: [] as Subject[], departed: [] as Subject[] };
  for (const { object, settled, departed } of objects) {
    const state = departed ? 'departed' : settled ? 'settled' : 'unsettled';
    subjects[state].push({ object, name: objectName(object), labels: labelsOf(table, object, context) });
  }
  const ignoresNamespaces = !table.namespaced || table.listsNamespace?.(context.exporter) !== undefined;
  const stores = ignoresNamespaces && !context.since('2.20') ? (context.options.namespaces?.size ?? 1) : 1;
  return { ...subjects, copies: stores };
}

/** Claims what the settled objects must have, and counts what was right. */
function claimAll(
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
        const sample = samples.claim(subject.labels, expected.labels, expected.value);
        if (sample && isEqualValue(sample.value, expected.value)) explained += 1;
        else differences.push(wrong(row, table, subject, expected, sample));
      }
    }
  }
  return explained;
}

function labelsOf(table: ResourceTable, object: Observed['object'], context: Context): Labels {
  try {
    return table.labels(object, context);
  } catch (error) {
    throw untold(`The labels of ${table.resource}`, objectName(object), error);
  }
}

function samplesOf(row: FamilyRow, subject: Subject, context: Context): readonly Expected[] {
  try {
    return row.samples(subject.object, context);
  } catch (error) {
    throw untold(row.name, subject.name, error);
  }
}

function untold(what: string, object: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`${what} cannot be told from ${object}: ${why}`, { cause: error });
}

function wrong(
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
  { repeated = false, departed = false, object }: { repeated?: boolean; departed?: boolean; object?: string | undefined } = {},
): SampleDifference {
  const more = { ...(repeated && { repeated }), ...(departed && { departed }), ...(object !== undefined && { object }) };
  return { what: 'unexplained', family: name, resource, labels, value, ...more };
}

function unknown(family: Family): readonly Difference[] {
  if (family.samples.length > 0) return family.samples.map((sample) => unexplained(sample, undefined));
  return [{ what: 'unexplained', family: family.name, resource: undefined, type: family.type ?? 'untyped' }];
}

/** Finds the object that a sample belongs to by the labels that all samples of an object begin with. */
function ownersByLabels(subjects: readonly Subject[]): (labels: Labels) => string | undefined {
  // Most expositions leave nothing over that an owner would have to be found for.
  let index: readonly Owners[] | undefined;
  return (labels) => {
    index ??= indexOwners(subjects);
    for (const { names, owners } of index) {
      const owner = owners.get(seriesKey(Object.fromEntries(names.map((name) => [name, labels[name] ?? '']))));
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
}

/** The names of objects by the values of the labels that they begin with, which all have these names. */
interface Owners {
  readonly names: readonly string[];
  readonly owners: Map<string, string>;
}

function indexOwners(subjects: readonly Subject[]): readonly Owners[] {
  const byNames = new Map<string, Owners>();
  for (const { labels, name } of subjects) {
    const names = Object.keys(labels);
    const group = byNames.get(names.join(',')) ?? { names, owners: new Map<string, string>() };
    group.owners.set(seriesKey(labels), name);
    byNames.set(names.join(','), group);
  }
  return [...byNames.values()];
}
