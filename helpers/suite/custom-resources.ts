import { customResourceDefinitions, customResourceObjects } from '../../fixtures/objects/custom-resource.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import type { CustomResource } from '../catalogue/custom/config.ts';
import { isAny } from '../catalogue/custom/tables.ts';
import type { Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { discover } from '../kube/discovery.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { ResourceMapper } from '../kube/reference.ts';
import { seconds, waitFor } from '../wait.ts';
import { makeNamespace } from './scratch.ts';

const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/** What is needed to create objects. */
interface Changeable {
  readonly client: KubeClient;
  readonly objects: OwnedObjects;
}

/** A cluster that serves the configured custom resources. */
export interface DefinedCustomResources<Cluster extends Changeable = Changeable> {
  readonly cluster: Cluster;
  /** Those that are served only because the run defined them. */
  readonly defined: readonly CustomResource[];
}

/**
 * Defines the custom resources of the exporter's configuration that a cluster of the run's own does not serve, and that neither the
 * manifests define nor a wildcard names, so that there is something to expose.
 * @returns the cluster with clients that know them
 */
export async function defineCustomResources<Cluster extends Changeable>(
  cluster: Cluster,
  target: Target,
): Promise<DefinedCustomResources<Cluster>> {
  const { client, objects } = cluster;
  const { customResources = [] } = parseExporterArguments(target.arguments);
  const isDefinedByManifests = target.objects.some(({ kind }) => kind === definition.kind);
  const defined = customResources.filter(
    ({ group, version, kind }) =>
      ![group, version, kind].some(isAny) && client.mapper.versionOf(group, kind) === undefined && !isDefinedByManifests,
  );
  if (defined.length === 0 || !client.mapper.serves(definition.apiVersion, definition.kind)) return { cluster, defined: [] };
  await createDefinitions(cluster, defined);
  const mapper = await untilServed(client, defined);
  return { cluster: { ...cluster, client: client.withMapper(mapper), objects: objects.withMapper(mapper) }, defined };
}

/** Creates the definitions of custom resources. @returns the objects */
export async function createDefinitions(
  { objects }: Pick<Changeable, 'objects'>,
  resources: readonly CustomResource[],
): Promise<readonly KubernetesObject[]> {
  const created: KubernetesObject[] = [];
  for (const object of customResourceDefinitions(resources)) created.push(await objects.create(object));
  return created;
}

/** Waits until the API server serves custom resources. @returns a mapper that knows them */
export async function untilServed(client: KubeClient, resources: readonly CustomResource[]): Promise<ResourceMapper> {
  const found = await waitFor({
    what: 'the configured custom resources served',
    within: seconds(20),
    observe: () => discover(client),
    until: (discovery) => unservedIn(discovery, resources).length === 0,
    describe: (discovery) => `not yet: ${unservedIn(discovery, resources).join(', ')}`,
  });
  return new ResourceMapper(found.resources, found.unavailable);
}

/** Creates an object of each custom resource that the run defined, in a namespace of their own. */
export async function createCustomResources({ cluster, defined }: DefinedCustomResources, run: string): Promise<void> {
  if (defined.length === 0) return;
  const namespace = `conformance-${run}-custom-resources`;
  await makeNamespace(cluster.client, cluster.objects, namespace);
  for (const object of customResourceObjects(defined, namespace)) await cluster.objects.create(object);
}

function unservedIn({ resources }: Awaited<ReturnType<typeof discover>>, defined: readonly CustomResource[]): readonly string[] {
  const mapper = new ResourceMapper(resources);
  return defined
    .filter(({ group, version, kind }) => !mapper.serves(`${group}/${version}`, kind))
    .map(({ group, version, kind }) => `${kind} of ${group}/${version}`);
}
