import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { runLabel } from './label.ts';

/** How long deletion may take: namespaces go when everything in them has gone. */
const removalBudget = seconds(180);

/**
 * Deletes everything that carries the run's label, and waits until it is gone.
 * @param run the run's id; every run's objects where it is left out
 * @returns what is still there when the budget is used up, one line each
 */
export async function removeObjects(client: KubeClient, run?: string): Promise<readonly string[]> {
  const labelSelector = run === undefined ? runLabel : `${runLabel}=${run}`;
  const labelledObjects = () => listLabelled(client, labelSelector);
  for (const object of deletionOrder(await labelledObjects())) {
    await client.remove(referenceOf(object), object.kind === 'Pod' ? 0 : undefined);
  }
  try {
    await waitFor({
      what: 'everything gone that the run created',
      within: removalBudget,
      every: 500,
      observe: labelledObjects,
      until: (left) => left.length === 0,
      describe: (left) => `${left.length} left`,
    });
    return [];
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    return (await labelledObjects()).map((object) => formatReference(referenceOf(object)));
  }
}

/** Everything of every kind with the label; what controllers made of it (pods of a Deployment, endpoints) goes with its owner. */
export async function listLabelled(client: KubeClient, labelSelector: string): Promise<readonly KubernetesObject[]> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs }) => subresource === undefined && verbs.includes('list') && verbs.includes('delete'),
  );
  const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind }, { labelSelector })));
  const byUid = new Map(lists.flat().map((object) => [object.metadata.uid ?? formatReference(referenceOf(object)), object]));
  return [...byUid.values()];
}

/** Namespaces last, so that what they hold has gone by the run's own deletion and not by theirs. */
function deletionOrder(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...objects].sort((a, b) => Number(a.kind === 'Namespace') - Number(b.kind === 'Namespace'));
}
