import { InfrastructureError } from '../errors.ts';
import type { Taint } from '../exporter/profile.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { openCluster } from '../kube/open.ts';
import { NotObserved, seconds, type Wait, waitFor } from '../wait.ts';

/** Whether two taints are equal; no value is the same as an empty one. */
export function sameTaint(first: Taint, second: Taint): boolean {
  return first.key === second.key && (first.value ?? '') === (second.value ?? '') && first.effect === second.effect;
}

/** `k3s-controlplane=true:NoExecute` */
export function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: Taint['effect'];
}

interface Node extends KubernetesObject {
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

interface Deployment extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly generation?: number };
  readonly spec: {
    readonly replicas?: number;
    readonly template: { readonly spec: { readonly tolerations?: readonly Toleration[] } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly conditions?: readonly { type: string; message?: string }[];
  };
}

const coreDns = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };

/** A cloud controller, k3s's own included, removes it when it has set a node's addresses; that may be after Ready. */
const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';

/** How long the API server of a booted cluster may answer 404 or 503 for groups whose CRDs are being established, in milliseconds. */
const discoveryBudget = seconds(15);

/**
 * Opens a cluster that was just booted: discovery is repeated as long as a group does not answer, for some seconds.
 * @param signal ends that; the client itself goes on
 * @returns a client that knows what the cluster serves; a group that still does not answer is unavailable in its mapper
 */
export async function openBooted(kubeconfig: string, signal?: AbortSignal): Promise<KubeClient> {
  const deadline = performance.now() + discoveryBudget;
  return waitFor({
    what: 'an answer of every API group',
    within: discoveryBudget,
    every: 500,
    observe: () => openCluster(kubeconfig, undefined, signal),
    // A group without an answer at the deadline is no reason to give up: the run names it and goes on.
    until: ({ mapper }) => mapper.unavailable.length === 0 || performance.now() >= deadline - 500,
    describe: ({ mapper }) => `none of ${mapper.unavailable.map(({ apiVersion }) => apiVersion).join(', ')}`,
  });
}

/**
 * Waits until pods can be created and run: the API answers, every node is Ready and initialized, the default ServiceAccount exists.
 * @param nodes the number of nodes
 * @throws InfrastructureError with the last observation
 */
export async function waitForNodes(client: KubeClient, nodes: number): Promise<void> {
  await asInfrastructure({
    what: `${nodes} node(s) Ready and without the taint ${uninitialized}`,
    within: seconds(90),
    observe: () => client.list<Node>({ apiVersion: 'v1', kind: 'Node' }),
    until: (found) => found.filter((node) => nodeState(node) === 'Ready').length >= nodes,
    describe: (found) => found.map((node) => `${node.metadata.name} ${nodeState(node)}`).join(', ') || 'no node',
  });
  await asInfrastructure({
    what: 'the default ServiceAccount, without which pods are refused',
    within: seconds(30),
    observe: () => client.find({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' }),
    until: (account) => account !== undefined,
    describe: () => 'none',
  });
}

/**
 * The toleration that CoreDNS gets on a cluster whose node has this taint: of every taint with that effect, so that requirements which
 * taint nodes do not stop DNS.
 */
export function coreDnsToleration(taint: Taint | undefined): Toleration | undefined {
  return taint && { operator: 'Exists', effect: taint.effect };
}

/**
 * Adds a toleration to CoreDNS, whose own manifest lacks it, and waits until CoreDNS is rolled out. k3s applies its manifests again, and
 * then the toleration may be gone: call this before each use of DNS.
 * @param toleration undefined on a cluster without a taint
 * @throws InfrastructureError with the last observation
 */
export async function waitForCoreDns(client: KubeClient, toleration: Toleration | undefined): Promise<void> {
  await asInfrastructure({
    what: 'the Deployment of CoreDNS rolled out',
    within: seconds(150),
    observe: async () => {
      const deployment = await client.find<Deployment>(coreDns);
      const tolerations = deployment?.spec.template.spec.tolerations ?? [];
      if (!deployment || !toleration || tolerations.some((existing) => tolerates(existing, toleration))) return deployment;
      return client.merge<Deployment>(coreDns, { spec: { template: { spec: { tolerations: [...tolerations, toleration] } } } });
    },
    until: (deployment) => deployment !== undefined && isRolledOut(deployment),
    describe: (deployment) => (deployment ? rolloutState(deployment) : 'there is none'),
  });
}

/** Whether an existing toleration is of every taint with the effect. */
function tolerates(existing: Toleration, { effect }: Toleration): boolean {
  return existing.key === undefined && existing.effect === effect;
}

/** Source: kubectl rollout status. */
function isRolledOut({ metadata, spec, status = {} }: Deployment): boolean {
  const { replicas: desired = 1 } = spec;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status;
  const isObserved = observedGeneration >= (metadata.generation ?? 0);
  return isObserved && updatedReplicas >= desired && replicas <= updatedReplicas && readyReplicas >= desired;
}

function rolloutState({ metadata, spec, status = {} }: Deployment): string {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, readyReplicas = 0, conditions = [] } = status;
  const counts = `generation ${metadata.generation}, observed ${observedGeneration}; ${spec.replicas ?? 1} replica(s) desired, ${replicas} there, ${updatedReplicas} updated, ${readyReplicas} ready`;
  return [counts, ...conditions.map(({ type, message }) => `${type}: ${message}`)].join('; ');
}

function nodeState({ spec, status }: Node): 'Ready' | 'not Ready' | 'not initialized' {
  const isReady = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
  if (!isReady) return 'not Ready';
  return spec?.taints?.some(({ key }) => key === uninitialized) ? 'not initialized' : 'Ready';
}

async function asInfrastructure<T>(wait: Wait<T>): Promise<T> {
  try {
    return await waitFor(wait);
  } catch (error) {
    if (error instanceof NotObserved) throw new InfrastructureError(`The cluster did not become ready: ${error.message}.`);
    throw error;
  }
}
