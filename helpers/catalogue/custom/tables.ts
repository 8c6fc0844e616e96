import type { KubernetesObject } from '../../kube/object.ts';
import type { ExporterOptions } from '../arguments.ts';
import type { Reads, ResourceTable } from '../table.ts';
import type { CustomResource } from './config.ts';
import { customRow, sharedLabels } from './metrics.ts';

/** A version of a kind, as the cluster serves it. */
interface Served {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Undefined if no definition of the kind is known. */
  readonly plural: string | undefined;
}

interface Definition extends KubernetesObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly { readonly name: string; readonly served?: boolean }[];
  };
}

/**
 * The tables of the custom resources that the options configure, one per served version, in the exporter's order. Which versions and
 * kinds are served comes from the CustomResourceDefinitions among the objects; without any, from the configuration and from the
 * objects. Of several tables for the same version of a resource the exporter keeps the last.
 */
export function customTables(options: ExporterOptions, objects: Iterable<KubernetesObject>): readonly ResourceTable[] {
  const { customResources = [], node, unscheduledPods } = options;
  // The API refuses to list custom resources by the field spec.nodeName.
  if (customResources.length === 0 || node !== undefined || unscheduledPods) return [];
  const definitions: Definition[] = [];
  const types = new Map<string, Reads>();
  for (const object of objects) {
    const { apiVersion, kind } = object;
    types.set(`${apiVersion}/${kind}`, { apiVersion, kind });
    if (isDefinition(object)) definitions.push(object);
  }
  const tables = new Map<string, ResourceTable>();
  for (const resource of customResources) {
    for (const served of resolved(resource, definitions, [...types.values()])) {
      const plural = served.plural ?? resource.plural ?? `${served.kind.toLowerCase()}s`;
      tables.set(`${served.group}/${served.version}, Resource=${plural}`, tableOf({ ...resource, ...served }, plural));
    }
  }
  return [...tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, table]) => table);
}

/** The resources of the configuration that the exporter skips, as it requires a group: `Gateway`. */
export function resourcesWithoutGroup(resources: readonly CustomResource[] = []): readonly string[] {
  return resources.filter(({ group }) => isAny(group)).map(({ kind }) => kind);
}

function tableOf(resource: CustomResource, plural: string): ResourceTable {
  const { group, version, kind } = resource;
  const apiVersion = `${group}/${version}`;
  // The exporter reads the objects in this version, whichever version was saved.
  const inVersion = (object: KubernetesObject): KubernetesObject => ({ ...object, apiVersion });
  return {
    resource: `${plural}.${apiVersion}`,
    namespaced: true,
    isDefault: () => true,
    reads: () => ({ apiVersion, kind }),
    labels: (object, context) => sharedLabels(inVersion(object), resource, context),
    families: resource.families.map((family) => {
      const row = customRow(family, resource);
      return { ...row, samples: (object, context) => row.samples(inVersion(object), context) };
    }),
  };
}

function resolved(
  { group, version, kind }: CustomResource,
  definitions: readonly Definition[],
  types: readonly Reads[],
): readonly Served[] {
  if (isAny(group)) return [];
  const isExact = !isAny(version) && !isAny(kind);
  if (definitions.length === 0 && isExact) return [{ group, version, kind, plural: undefined }];
  const candidates = definitions.length > 0 ? definitions.flatMap(servedBy) : types.map(servedAs);
  return candidates.filter(
    (served) => served.group === group && (isAny(version) || served.version === version) && (isAny(kind) || served.kind === kind),
  );
}

function servedBy({ spec }: Definition): readonly Served[] {
  const { group, names, versions } = spec;
  return versions
    .filter(({ served = true }) => served)
    .map(({ name }) => ({ group, version: name, kind: names.kind, plural: names.plural }));
}

function servedAs({ apiVersion, kind }: Reads): Served {
  const [group = '', version = ''] = apiVersion.split('/');
  return { group, version, kind, plural: undefined };
}

/** Whether a part of a configured group, version and kind matches anything. */
export function isAny(part: string): boolean {
  return part === '' || part === '*';
}

function isDefinition(object: KubernetesObject): object is Definition {
  return object.kind === 'CustomResourceDefinition' && object.apiVersion === 'apiextensions.k8s.io/v1';
}
