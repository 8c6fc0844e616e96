import { ApiError, refusalIn } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
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

/**
 * Applies what is applied already a second time.
 * @returns one line for each object that this changed
 */
export async function changesOfSecondApply(
  client: KubeClient,
  objects: readonly KubernetesObject[],
  run: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const object of objects) {
    const reference = referenceOf(object);
    const { metadata: before } = await client.get(reference);
    const { metadata: after } = await client.apply(labelled(object, run));
    if (before.generation !== after.generation) {
      lines.push(`${formatReference(reference)}: generation ${before.generation} became ${after.generation}`);
    } else if (before.resourceVersion !== after.resourceVersion) {
      lines.push(`${formatReference(reference)}: resourceVersion ${before.resourceVersion} became ${after.resourceVersion}`);
    }
  }
  return lines;
}
