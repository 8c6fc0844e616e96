import { ApiError, refusalIn } from '../../helpers/kube/api-error.ts';
import { fieldManager, type KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { OwnedObjects } from '../../helpers/kube/owned/ownership.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';
import type { Deployment } from '../../helpers/kube/workload.ts';

/**
 * Tries, without storing anything, to apply a Deployment with a field that does not exist.
 * @returns the API server's words; undefined when it took it, so that its acceptance of the rest would prove nothing
 */
export async function refusalOfPlantedField(client: KubeClient, deployment: Deployment): Promise<string | undefined> {
  const { spec } = deployment;
  const template = { ...spec.template, spec: { ...spec.template.spec, plantedField: true } };
  const planted: Deployment = { ...deployment, spec: { ...spec, template } };
  try {
    await client.apply(planted, { dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.details.includes('plantedField')) return error.details;
    throw error;
  }
}

/** Applies every object as it is, without storing anything; the API server's words on those that it refuses. */
export async function refusals(client: KubeClient, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const answers = await Promise.all(objects.map((object) => refusalOf(client, object)));
  return answers.filter((answer) => answer !== undefined);
}

async function refusalOf(client: KubeClient, object: KubernetesObject): Promise<string | undefined> {
  try {
    await client.apply(object, { dryRun: true });
    return undefined;
  } catch (error) {
    return `${formatReference(referenceOf(object))}: ${refusalIn(error)}`;
  }
}

/** What a second apply did: changes that are its own, and changes that somebody else made at the same moment. */
export interface SecondApply {
  readonly own: readonly string[];
  /** A status that was just written, for example: nothing can be said of the object until it holds still. */
  readonly foreign: readonly string[];
}

interface Managed extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string; readonly time?: string }[];
  };
}

/** What was applied once, and can be applied again. */
export interface FirstApply {
  /** Each with its uid, which keeps another object under its name from being changed. */
  readonly objects: readonly KubernetesObject[];
  /** The objects that were not after it as they had been created, a line each. */
  readonly changed: readonly string[];
}

/**
 * Applies what the run created from the manifests: that takes over the fields that were set when the object was created, which changes
 * its resourceVersion and nothing that anybody wants. What the run did not create, a namespace that existed for example, is left alone.
 */
export async function firstApply(
  client: KubeClient,
  objects: readonly KubernetesObject[],
  owned: Pick<OwnedObjects, 'ownsUid'>,
): Promise<FirstApply> {
  const applied: KubernetesObject[] = [];
  const changed: string[] = [];
  for (const object of objects) {
    const created = await client.find(referenceOf(object));
    const { uid, generation } = created?.metadata ?? {};
    if (uid === undefined || !owned.ownsUid(uid)) continue;
    const again = { ...object, metadata: { ...object.metadata, uid } };
    const { metadata } = await client.apply(again);
    applied.push(again);
    const line = `${formatReference(referenceOf(object))}: generation ${generation} became ${metadata.generation}`;
    if (metadata.generation !== generation) changed.push(line);
  }
  return { objects: applied, changed };
}

/** Applies what is applied already a second time, and reports what changed by it, a line for each object. */
export async function secondApply(client: KubeClient, objects: readonly KubernetesObject[]): Promise<SecondApply> {
  const own: string[] = [];
  const foreign: string[] = [];
  for (const object of objects) {
    const reference = referenceOf(object);
    const before = await client.get<Managed>(reference);
    const after = await client.apply<Managed>(object);
    const { generation, resourceVersion } = before.metadata;
    const line = `${formatReference(reference)}: generation ${generation} became ${after.metadata.generation}, resourceVersion ${resourceVersion} became ${after.metadata.resourceVersion}`;
    if (generation !== after.metadata.generation || appliedAt(before) !== appliedAt(after)) own.push(line);
    else if (resourceVersion !== after.metadata.resourceVersion) foreign.push(line);
  }
  return { own, foreign };
}

/** When this suite's apply last changed the object; one that changes nothing leaves it. Source: Kubernetes, Server-Side Apply: field management. */
function appliedAt({ metadata }: Managed): string | undefined {
  return metadata.managedFields?.find(({ manager, operation }) => manager === fieldManager && operation === 'Apply')?.time;
}
