import { ApiError, refusalIn } from '../kube/api-error.ts';
import { fieldManager, type KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { labelled } from '../run/label.ts';
import type { Deployment } from '../target/workload.ts';

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

/** Applies what is applied already a second time, and tells what changed by it, a line for each object. */
export async function secondApply(client: KubeClient, objects: readonly KubernetesObject[], run: string): Promise<SecondApply> {
  const own: string[] = [];
  const foreign: string[] = [];
  for (const object of objects) {
    const reference = referenceOf(object);
    const before = await client.get<Managed>(reference);
    const after = await client.apply<Managed>(labelled(object, run) as Managed);
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
