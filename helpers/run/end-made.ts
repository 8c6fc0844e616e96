import { inParallel } from '../in-parallel.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';

const podKind = { apiVersion: 'v1', kind: 'Pod' };
const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

/** How many are deleted at the same time. */
const width = 16;

interface EndingPod extends Pod {
  readonly metadata: Pod['metadata'] & { readonly deletionGracePeriodSeconds?: number };
}

interface Node extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * Ends the pods among the objects, and those in namespaces among them, which carry no label when a controller made them.
 * Left alone, each would take the seconds that it has to end in, a namespace half as long again, and a pod on a node without a
 * kubelet, which nobody tells of as ended, the minute until the garbage collector sees it.
 * @param hurried whether to take them away at once, and not to wait for the kubelet to say that they have ended
 */
export async function endPods(client: KubeClient, objects: readonly KubernetesObject[], hurried: boolean): Promise<void> {
  const pods = (await podsOf(client, objects)).filter(({ metadata }) => metadata.deletionGracePeriodSeconds !== 0);
  if (pods.length === 0) return;
  const kubelets = hurried ? new Set<string>() : await readyNodes(client);
  const grace = ({ spec }: Pod) => (spec.nodeName !== undefined && kubelets.has(spec.nodeName) ? 1 : 0);
  const lasting = pods.filter((pod) => (pod.metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY) > grace(pod));
  await inParallel(lasting, width, (pod) => client.remove(referenceOf(pod), grace(pod)));
}

async function podsOf(client: KubeClient, objects: readonly KubernetesObject[]): Promise<readonly EndingPod[]> {
  const lists = await Promise.all(namespacesOf(objects).map((namespace) => client.list<EndingPod>({ ...podKind, namespace })));
  const labelled = objects.filter((object): object is EndingPod => object.kind === 'Pod');
  return [...new Map([...lists.flat(), ...labelled].map((pod) => [pod.metadata.uid, pod])).values()];
}

/**
 * Deletes the claims that a StatefulSet made in namespaces among the objects: a namespace that finds one, which goes only after its
 * pod, looks again as late as 8 s after that.
 */
export async function removeClaims(client: KubeClient, objects: readonly KubernetesObject[]): Promise<void> {
  const lists = await Promise.all(namespacesOf(objects).map((namespace) => client.list({ ...claimKind, namespace })));
  const lasting = lists.flat().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  await inParallel(lasting, width, (claim) => client.remove(referenceOf(claim)));
}

function namespacesOf(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
}

async function readyNodes(client: KubeClient): Promise<ReadonlySet<string>> {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  const ready = nodes.filter(({ status }) => status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'));
  return new Set(ready.map(({ metadata }) => metadata.name));
}
