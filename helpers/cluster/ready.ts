import { InfrastructureError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { NotObserved, seconds, type Wait, waitFor } from '../wait.ts';

export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

interface Node extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

interface Deployment extends KubernetesObject {
  readonly spec: { readonly template: { readonly spec: { readonly tolerations?: readonly Toleration[] } } };
  readonly status?: { readonly readyReplicas?: number; readonly conditions?: readonly { type: string; message?: string }[] };
}

const coreDns = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };

/**
 * Waits until pods can be created and run: the API answers, every node is Ready, the default ServiceAccount is there.
 * @param nodes how many nodes are expected
 * @throws InfrastructureError with what was last seen
 */
export async function waitForNodes(client: KubeClient, nodes: number): Promise<void> {
  await asInfrastructure({
    what: `${nodes} node(s) Ready`,
    within: seconds(90),
    observe: () => client.list<Node>({ apiVersion: 'v1', kind: 'Node' }),
    until: (all) => all.filter(isReady).length >= nodes,
    describe: (all) =>
      all.map((node) => `${node.metadata.name} ${isReady(node) ? 'Ready' : 'not Ready'}`).join(', ') || 'no node',
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
 * Lets CoreDNS run on a tainted control plane, which its own manifest does not foresee, and waits until it answers.
 * @param toleration one of every taint of an effect, so that requirements which put taints on nodes leave DNS alone; undefined on a
 *   cluster without a taint
 * @throws InfrastructureError with what was last seen
 */
export async function waitForCoreDns(client: KubeClient, toleration: Toleration | undefined): Promise<void> {
  const deployment = await asInfrastructure({
    what: 'the Deployment of CoreDNS',
    within: seconds(60),
    observe: () => client.find<Deployment>(coreDns),
    until: (found) => found !== undefined,
    describe: () => 'none',
  });
  const tolerations = deployment?.spec.template.spec.tolerations ?? [];
  if (toleration && !tolerations.some(({ key, effect }) => key === undefined && effect === toleration.effect)) {
    await client.merge(coreDns, { spec: { template: { spec: { tolerations: [...tolerations, toleration] } } } });
  }
  await asInfrastructure({
    what: 'CoreDNS Ready',
    within: seconds(90),
    observe: () => client.get<Deployment>(coreDns),
    until: ({ status }) => (status?.readyReplicas ?? 0) > 0,
    describe: ({ status }) => status?.conditions?.map(({ type, message }) => `${type}: ${message}`).join('; ') ?? 'no status',
  });
}

function isReady(node: Node): boolean {
  return node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

async function asInfrastructure<T>(wait: Wait<T>): Promise<T> {
  try {
    return await waitFor(wait);
  } catch (error) {
    if (error instanceof NotObserved) throw new InfrastructureError(`The cluster did not become ready: ${error.message}.`);
    throw error;
  }
}
