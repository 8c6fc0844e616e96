import type { EndingFault } from '../../fixtures/fixture.ts';
import { customResourceDefinitions, customResourceObjects } from '../../fixtures/objects/custom-resource.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { type CustomResource, parseCustomResourceState } from '../catalogue/custom/config.ts';
import { isAny } from '../catalogue/custom/tables.ts';
import { requiresToken } from '../exporter/secured.ts';
import type { Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { discover } from '../kube/discovery.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { reviewPermissions } from '../kube/permission.ts';
import { ResourceMapper } from '../kube/reference.ts';
import { accountObjects } from '../kube/service-account.ts';
import { seconds, waitFor } from '../wait.ts';
import type { RequirementContext } from './context.ts';
import { makeNamespace } from './scratch.ts';

const reviewRules = reviewPermissions.map(({ verb, group, resource }) => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
}));

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
async function createDefinitions(
  { objects }: Pick<Changeable, 'objects'>,
  resources: readonly CustomResource[],
): Promise<readonly KubernetesObject[]> {
  const created: KubernetesObject[] = [];
  for (const object of customResourceDefinitions(resources)) created.push(await objects.create(object));
  return created;
}

/** Waits until the API server serves custom resources. @returns a mapper that knows them */
async function untilServed(client: KubeClient, resources: readonly CustomResource[]): Promise<ResourceMapper> {
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

type FaultContext = Pick<RequirementContext, 'client' | 'objects' | 'run' | 'scratch' | 'target'>;

/** The custom resources of a fault: their definitions and objects, and the account of a copy that may read them. */
export class CustomResourcesOfFault {
  readonly #context: FaultContext;
  readonly #fault: EndingFault;
  readonly #namespace: string;
  readonly #text: string;
  readonly #resources: readonly CustomResource[];
  #definitions: readonly KubernetesObject[] = [];

  constructor(context: FaultContext, fault: EndingFault, namespace: string) {
    this.#context = context;
    this.#fault = fault;
    this.#namespace = namespace;
    this.#text = JSON.stringify(fault.customResourceState);
    this.#resources = parseCustomResourceState(this.#text, fault.name);
  }

  /** The arguments of the copy. */
  get arguments(): readonly string[] {
    return [`--custom-resource-state-config=${this.#text}`];
  }

  /**
   * Creates an account that may read ConfigMaps, the custom resources and their definitions, and have tokens reviewed where the copy requires one.
   * @returns its name
   */
  async createAccount(onCreate: (object: KubernetesObject) => void): Promise<string> {
    const { run, scratch, target } = this.#context;
    const name = `conformance-${run.id}-${this.#fault.name}`;
    const groups = [...new Set(this.#resources.map(({ group }) => group))];
    const verbs = ['list', 'watch'];
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs },
      { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs },
      { apiGroups: groups, resources: ['*'], verbs },
      ...(requiresToken(target) ? reviewRules : []),
    ];
    for (const object of accountObjects({ namespace: target.namespace, name, rules })) onCreate(await scratch.create(object));
    return name;
  }

  /** Creates the definitions, and an object of each. @returns the objects */
  async define(): Promise<readonly KubernetesObject[]> {
    const { client, objects } = this.#context;
    this.#definitions = await createDefinitions({ objects }, this.#resources);
    const serving = objects.withMapper(await untilServed(client, this.#resources));
    const created: KubernetesObject[] = [];
    for (const object of customResourceObjects(this.#resources, this.#namespace)) created.push(await serving.create(object));
    return created;
  }

  /** Removes the definitions, and thereby the objects. */
  async remove(): Promise<void> {
    const definitions = this.#definitions;
    this.#definitions = [];
    for (const definition of definitions) await this.#context.scratch.remove(definition);
  }
}

function unservedIn({ resources }: Awaited<ReturnType<typeof discover>>, defined: readonly CustomResource[]): readonly string[] {
  const mapper = new ResourceMapper(resources);
  return defined
    .filter(({ group, version, kind }) => !mapper.serves(`${group}/${version}`, kind))
    .map(({ group, version, kind }) => `${kind} of ${group}/${version}`);
}
