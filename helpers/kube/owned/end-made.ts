import pMap from 'p-map';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import type { Pod } from '../pod.ts';
import { failureOf } from './failure-of.ts';

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

/** How many are deleted at the same time. */
const width = 16;

export interface EndingPod extends Pod {
  readonly metadata: Pod['metadata'] & { readonly deletionGracePeriodSeconds?: number };
}

interface Node extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * Ends pods. Left alone, each would take the seconds that it has to end in, a namespace half as long again, and a pod on a node
 * without a kubelet, whose end nobody reports, the minute until the garbage collector sees it.
 * @param hurried whether to take them away at once, and not to wait for the kubelet to say that they have ended
 */
export async function endPods(client: KubeClient, pods: readonly EndingPod[], hurried: boolean): Promise<void> {
  if (pods.every(({ metadata }) => metadata.deletionGracePeriodSeconds === 0)) return;
  const kubelets = hurried ? new Set<string>() : await readyNodes(client);
  const grace = ({ spec }: Pod) => (spec.nodeName !== undefined && kubelets.has(spec.nodeName) ? 1 : 0);
  const lasting = pods.filter((pod) => (pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY) > grace(pod));
  await removeEach(lasting, (pod) => client.remove(pod, grace(pod)));
}

/** Ends all pods of namespaces that the run created. */
export async function endPodsIn(client: KubeClient, namespaces: readonly string[], hurried: boolean): Promise<void> {
  const lists = await Promise.all(namespaces.map((namespace) => client.list<EndingPod>({ ...podKind, namespace })));
  await endPods(client, lists.flat(), hurried);
}

/**
 * Deletes the claims that a StatefulSet made in namespaces that the run created: a namespace that finds one, which goes only after its
 * pod, looks again as late as 8 s after that.
 */
export async function removeClaims(client: KubeClient, namespaces: readonly string[]): Promise<void> {
  const lists = await Promise.all(namespaces.map((namespace) => client.list({ ...claimKind, namespace })));
  const lasting = lists.flat().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  await removeEach(lasting, (claim) => client.remove(claim));
}

/** @throws the first failure, once the removal of every object was tried */
async function removeEach<T>(objects: readonly T[], remove: (object: T) => Promise<unknown>): Promise<void> {
  const failures = await pMap(objects, (object) => failureOf(() => remove(object)), { concurrency: width });
  const first = failures.find((failure) => failure !== undefined);
  if (first !== undefined) throw first;
}

async function readyNodes(client: KubeClient): Promise<ReadonlySet<string>> {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  const ready = nodes.filter(({ status }) =>
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  return new Set(ready.map(({ metadata }) => metadata.name));
}
