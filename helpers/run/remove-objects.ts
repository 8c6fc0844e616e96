import { inParallel } from '../in-parallel.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { endPods, removeClaims } from './end-made.ts';
import { runLabel } from './label.ts';

/** How long deletion may take: namespaces go when everything in them has gone. */
const removalBudget = seconds(180);

/** How many objects are deleted at the same time. */
const width = 16;

export interface Removal {
  /** The run's id; every run's objects where it is left out. */
  readonly run?: string;
  /** Whether the cluster is one of the suite's own, whose pods nobody has to wait for. */
  readonly hurried?: boolean;
}

/**
 * Deletes everything that carries the run's label, and looks until it is gone; what appears meanwhile is deleted as well.
 * @returns what is still there when the budget is used up, one line each
 */
export async function removeObjects(client: KubeClient, { run, hurried = false }: Removal = {}): Promise<readonly string[]> {
  const labelSelector = run === undefined ? runLabel : `${runLabel}=${run}`;
  let left = await listLabelled(client, labelSelector);
  try {
    await waitFor({
      what: 'everything gone that the run created',
      within: removalBudget,
      observe: async () => {
        // Pods have their own way below, and would only end more slowly after this.
        const undeleted = left.filter(({ kind, metadata }) => metadata.deletionTimestamp === undefined && kind !== 'Pod');
        await inParallel(namespacesFirst(undeleted), width, (object) => client.remove(referenceOf(object)));
        await Promise.all([endPods(client, left, hurried), removeClaims(client, left)]);
        // All kinds are many requests; those of which nothing was there are only asked about once nothing else is.
        left = await listKinds(client, kindsOf(left), labelSelector);
        if (left.length === 0) left = await listLabelled(client, labelSelector);
        return left;
      },
      until: (found) => found.length === 0,
      describe: (found) => `${found.length} left`,
    });
    return [];
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    return (await listLabelled(client, labelSelector)).map((object) => formatReference(referenceOf(object)));
  }
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Everything of every kind with the label; what controllers made of it (pods of a Deployment, endpoints) goes with its owner. */
export async function listLabelled(client: KubeClient, labelSelector: string): Promise<readonly KubernetesObject[]> {
  const kinds = client.mapper.resources.filter(
    ({ subresource, verbs }) => subresource === undefined && verbs.includes('list') && verbs.includes('delete'),
  );
  return listKinds(client, kinds, labelSelector);
}

async function listKinds(
  client: KubeClient,
  kinds: readonly Kind[],
  labelSelector: string,
): Promise<readonly KubernetesObject[]> {
  const lists = await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind }, { labelSelector })));
  const byUid = new Map(lists.flat().map((object) => [object.metadata.uid ?? formatReference(referenceOf(object)), object]));
  return [...byUid.values()];
}

function kindsOf(objects: readonly KubernetesObject[]): readonly Kind[] {
  return [...new Map(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object])).values()];
}

/**
 * Namespaces first: from then on no controller makes anything in them, and the five seconds that theirs lets pass before it looks
 * are those in which the rest goes. Source: Kubernetes, namespaceDeletionGracePeriod of the namespace controller.
 */
function namespacesFirst(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return [...objects].sort((a, b) => Number(b.kind === 'Namespace') - Number(a.kind === 'Namespace'));
}
