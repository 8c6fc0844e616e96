import { writeSeries } from '../../helpers/accounting/series.ts';
import type { ExposedResource } from '../../helpers/catalogue/exposed.ts';
import type { Context, ResourceTable } from '../../helpers/catalogue/table.ts';
import type { Exposition, Labels, Sample } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';

/** The objects of one resource, as the API server lists them. */
export interface Listed {
  readonly resource: string;
  readonly objects: readonly KubernetesObject[];
}

/** What an exposition says of an object that stood still. */
export interface ObjectSeries {
  /** `pods default/a 1234`: equal in two scrapes exactly when the object did not change between them. */
  readonly version: string;
  /** As the exposition writes them, without values. */
  readonly series: ReadonlySet<string>;
}

/**
 * Finds each object's series by the labels that name it.
 * @param exposed the resources that the exporter reads, with their families
 * @param listed the objects of these resources
 */
export function seriesOfObjects(
  { families }: Exposition,
  exposed: readonly ExposedResource[],
  listed: readonly Listed[],
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
  const byIdentity = new Map(found.map((one) => [identityText(one.identity, names), one.series]));
  for (const { name, labels } of samples) byIdentity.get(identityText(labels, names))?.add(writeSeries(name, sorted(labels)));
  return found.map(({ version, series }) => ({ version, series }));
}

function versionOf(resource: string, { metadata }: KubernetesObject): string {
  return `${resource} ${metadata.namespace ?? ''}/${metadata.name} ${metadata.resourceVersion}`;
}

function identityText(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

/** In one order, as an exporter need not write labels in the same one twice. */
function sorted(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What two looks at the same cluster do not agree on, of objects that did not change between them: one line for each series.
 */
export function seriesThatDiffer(before: readonly ObjectSeries[], after: readonly ObjectSeries[]): readonly string[] {
  const earlier = new Map(before.map(({ version, series }) => [version, series]));
  return after.flatMap(({ version, series }) => {
    const known = earlier.get(version);
    if (!known) return [];
    const lost = [...known].filter((one) => !series.has(one)).map((one) => `lost: ${one}`);
    const added = [...series].filter((one) => !known.has(one)).map((one) => `added: ${one}`);
    return [...lost, ...added];
  });
}

/** How many objects are the same in both looks, and how many series they have. */
export function inBoth(before: readonly ObjectSeries[], after: readonly ObjectSeries[]): { objects: number; series: number } {
  const earlier = new Set(before.map(({ version }) => version));
  const same = after.filter(({ version }) => earlier.has(version));
  return { objects: same.length, series: same.reduce((sum, { series }) => sum + series.size, 0) };
}
