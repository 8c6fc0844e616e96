import { type ExporterOptions, parseExporterArguments } from '../catalogue/arguments.ts';
import { isAny } from '../catalogue/custom/tables.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import type { Reads, ResourceTable } from '../catalogue/table.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import type { Promises } from './profile.ts';
import type { Target } from './target.ts';

/** A resource that the exporter lists and watches. */
export interface Readable extends Reads {
  /** '' for the core group */
  readonly group: string;
  /** `deployments` */
  readonly resource: string;
  /** Set for a resource of a configuration of custom resource state. */
  readonly custom?: true;
}

type Reading = Pick<Target, 'version' | 'arguments'>;

/**
 * The resources that the exporter lists and watches with its arguments, whether or not the cluster serves them. Those that a
 * configuration of custom resource state names by wildcards are known only to a cluster.
 */
export function readsOf({ version, arguments: args }: Reading, mapper?: Pick<ResourceMapper, 'resources'>): readonly Readable[] {
  const options = parseExporterArguments(args);
  return [...readables(options, version), ...customReads(options, mapper)];
}

/** The resources that the release can list and watch with any arguments, and the custom resources of these. */
export function possibleReadsOf(
  { version, arguments: args = [] }: Pick<Reading, 'version'> & Partial<Reading>,
  mapper?: ResourceMapper,
): readonly Readable[] {
  const all = readables({ resources: new Set(tables.map(({ resource }) => resource)) }, version);
  return [...all, ...customReads(parseExporterArguments(args), mapper)];
}

/** The resources of `readsOf` that the cluster serves in the version that the exporter lists. */
export function servedReads(target: Reading, mapper: ResourceMapper): readonly Readable[] {
  return readsOf(target, mapper).filter(({ apiVersion, kind }) => mapper.serves(apiVersion, kind));
}

/** Those of `servedReads` whose lists and watches the exporter counts: it reads definitions of custom resources in another way. */
export function countedReads(target: Reading, mapper: ResourceMapper): readonly Readable[] {
  return servedReads(target, mapper).filter(({ kind }) => kind !== definitions.kind);
}

/**
 * Where the exporter lists and watches a resource.
 * @returns the namespaces of `--namespaces` for a namespaced resource, otherwise undefined, which is the whole cluster
 */
export function namespacesRead(
  { arguments: args }: Pick<Target, 'arguments'>,
  { group, resource }: Pick<Readable, 'group' | 'resource'>,
  mapper: Pick<ResourceMapper, 'resources'>,
): readonly (string | undefined)[] {
  const { namespaces } = parseExporterArguments(args);
  const served = mapper.resources.find((each) => each.group === group && each.name === resource);
  return namespaces && served?.namespaced ? [...namespaces] : [undefined];
}

/** By which the exporter finds the custom resources that are served. */
const definitions: Readable = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
};

function customReads({ customResources = [] }: ExporterOptions, mapper?: Pick<ResourceMapper, 'resources'>): readonly Readable[] {
  if (customResources.length === 0) return [];
  const served = (mapper?.resources ?? []).filter(({ subresource }) => subresource === undefined);
  const found = customResources.flatMap(({ group, version, kind, plural }) => {
    if (isAny(group)) return [];
    const matching = served.filter(
      (each) =>
        each.group === group &&
        (isAny(version) || each.apiVersion === `${group}/${version}`) &&
        (isAny(kind) || each.kind === kind),
    );
    if (matching.length > 0 || isAny(version) || isAny(kind))
      return matching.map((each) => ({ apiVersion: each.apiVersion, kind: each.kind, group, resource: each.name }));
    return [{ apiVersion: `${group}/${version}`, kind, group, resource: plural ?? `${kind.toLowerCase()}s` }];
  });
  const custom = new Map(found.map((read) => [`${read.apiVersion} ${read.kind}`, { ...read, custom: true as const }]));
  return [definitions, ...custom.values()];
}

function readables(options: ExporterOptions, version: Target['version']): readonly Readable[] {
  return exposedResources(tables, version, options).map(({ table }) => readable(table, version));
}

function readable(table: ResourceTable, version: Target['version']): Readable {
  const reads = table.reads(version);
  const group = reads.apiVersion.includes('/') ? (reads.apiVersion.split('/')[0] ?? '') : '';
  return { ...reads, group, resource: table.resource };
}

/** The arguments with which an exporter exposes exactly the resources that a profile names; without such, those of its release. */
export function promisedArguments({
  promises: { exposes },
}: {
  readonly promises: Pick<Promises, 'exposes'>;
}): readonly string[] {
  return exposes ? [`--resources=${exposes.join(',')}`] : [];
}
