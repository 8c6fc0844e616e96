import { type ExporterOptions, parseExporterArguments } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import type { Reads, ResourceTable } from '../catalogue/table.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import type { Target } from './target.ts';

/** A resource that the exporter lists and watches. */
export interface Readable extends Reads {
  /** '' for the core group */
  readonly group: string;
  /** `deployments` */
  readonly resource: string;
}

/** The resources that the exporter lists and watches with its arguments, whether or not the cluster serves them. */
export function readsOf({ version, arguments: args }: Pick<Target, 'version' | 'arguments'>): readonly Readable[] {
  return readables(parseExporterArguments(args), version);
}

/** The resources that the release can list and watch with any arguments. */
export function possibleReadsOf({ version }: Pick<Target, 'version'>): readonly Readable[] {
  return readables({ resources: new Set(tables.map(({ resource }) => resource)) }, version);
}

/** The resources of `readsOf` that the cluster serves in the version that the exporter lists. */
export function servedReads(target: Pick<Target, 'version' | 'arguments'>, mapper: ResourceMapper): readonly Readable[] {
  return readsOf(target).filter(({ apiVersion, kind }) => mapper.serves(apiVersion, kind));
}

/**
 * Where the exporter lists and watches a resource.
 * @returns the namespaces of `--namespaces` for a namespaced resource, otherwise undefined, which is the whole cluster
 */
export function namespacesRead(
  { arguments: args }: Pick<Target, 'arguments'>,
  { group, resource }: Pick<Readable, 'group' | 'resource'>,
  mapper: ResourceMapper,
): readonly (string | undefined)[] {
  const { namespaces } = parseExporterArguments(args);
  const served = mapper.resources.find((each) => each.group === group && each.name === resource);
  return namespaces && served?.namespaced ? [...namespaces] : [undefined];
}

function readables(options: ExporterOptions, version: Target['version']): readonly Readable[] {
  return exposedResources(tables, version, options).map(({ table }) => readable(table, version));
}

function readable(table: ResourceTable, version: Target['version']): Readable {
  const reads = table.reads(version);
  const group = reads.apiVersion.includes('/') ? (reads.apiVersion.split('/')[0] ?? '') : '';
  return { ...reads, group, resource: table.resource };
}
