import type { ExposedResource } from '../catalogue/exposed.ts';
import type { Context, ResourceTable } from '../catalogue/table.ts';
import type { Exposition, Labels, Sample } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { writeSeries } from './series.ts';

/** A list of the API server. */
export interface ListedResource {
  readonly resource: string;
  readonly objects: readonly KubernetesObject[];
}

/** The series of an object in one exposition. */
export interface ObjectSeries {
  /** `pods default/a 1234`: equal in two scrapes exactly when the object did not change between them. */
  readonly version: string;
  /** As in the exposition, without values. */
  readonly series: ReadonlySet<string>;
}

/**
 * Finds the series of each object by the labels that identify it.
 * @param exposed the resources that the exporter reads, with their families
 * @param listed the objects of these resources
 */
export function seriesOfObjects(
  { families }: Exposition,
  exposed: readonly ExposedResource[],
  listed: readonly ListedResource[],
  context: Context,
): readonly ObjectSeries[] {
  return exposed.flatMap(({ table, rows }) => {
    const objects = listed.find(({ resource }) => resource === table.resource)?.objects ?? [];
    const samples = rows.flatMap(({ name }) => families.get(name)?.samples ?? []);
    return objectsOfTable(table, objects, samples, context);
  });
}

function objectsOfTable(
  table: ResourceTable,
  objects: readonly KubernetesObject[],
  samples: readonly Sample[],
  context: Context,
): readonly ObjectSeries[] {
  const found = objects.map((object) => ({
    version: versionOf(table.resource, object),
    identity: table.labels(object, context),
    series: new Set<string>(),
  }));
  const names = Object.keys(found[0]?.identity ?? {});
  const byIdentity = new Map(found.map(({ identity, series }) => [identityText(identity, names), series]));
  for (const { name, labels } of samples) byIdentity.get(identityText(labels, names))?.add(writeSeries(name, sorted(labels)));
  return found.map(({ version, series }) => ({ version, series }));
}

function versionOf(resource: string, { metadata }: KubernetesObject): string {
  return `${resource} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.resourceVersion}`;
}

function identityText(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

/** Sorted, as two expositions may have the labels in different orders. */
function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The series that objects lost or gained between two snapshots without having changed, a line each. */
export function seriesDifferences(before: readonly ObjectSeries[], after: readonly ObjectSeries[]): readonly string[] {
  const earlier = new Map(before.map(({ version, series }) => [version, series]));
  return after.flatMap(({ version, series }) => {
    const known = earlier.get(version);
    if (!known) return [];
    const lost = [...known].filter((name) => !series.has(name)).map((name) => `lost: ${name}`);
    const added = [...series].filter((name) => !known.has(name)).map((name) => `added: ${name}`);
    return [...lost, ...added];
  });
}

/** The number of objects that are the same in both snapshots, and the number of their series. */
export function countUnchanged(
  before: readonly ObjectSeries[],
  after: readonly ObjectSeries[],
): { objects: number; series: number } {
  const earlier = new Set(before.map(({ version }) => version));
  const same = after.filter(({ version }) => earlier.has(version));
  return { objects: same.length, series: same.reduce((sum, { series }) => sum + series.size, 0) };
}
