import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { Node } from '../../helpers/kube/types.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { type Row, rowOf } from './comparison.ts';
import { alert } from './rule-check.ts';

export const nodeNotReady = alert('NodeNotReady', ['node', 'status'], async ({ client }) => ({
  required: (await client.list<Node>({ apiVersion: 'v1', kind: 'Node' })).flatMap((node) =>
    (node.status?.conditions ?? [])
      .filter(({ type, status }) => type === 'Ready' && status !== 'True')
      .map(({ status = '' }) => rowOfNode(node, status.toLowerCase())),
  ),
}));

/** @param status of the condition Ready, as in a label: `false` */
export function rowOfNode({ metadata }: KubernetesObject, status = 'false'): Row {
  return rowOf({ node: metadata.name, status });
}

/**
 * Creates a Node object without a kubelet that is not ready. It is unschedulable and in a zone of its own, so that the node controller
 * does not count it among the unhealthy nodes of another zone.
 */
export async function createUnreadyNode({ client, run, scratch }: RequirementContext): Promise<KubernetesObject> {
  const object: RawObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `conformance-${run.id}-unready`,
      labels: { 'topology.kubernetes.io/region': 'conformance', 'topology.kubernetes.io/zone': 'conformance-unready' },
    },
    spec: { unschedulable: true, taints: [{ key: 'conformance.kube-state-metrics/none', effect: 'NoSchedule' }] },
  };
  const node = await scratch.create(object);
  await client.merge(referenceOf(node), readyCondition('False'), 'status');
  return node;
}

/** Sets the condition Ready to True, as a kubelet would. */
export async function makeNodeReady({ client }: RequirementContext, node: KubernetesObject): Promise<void> {
  await client.merge(referenceOf(node), readyCondition('True'), 'status');
}

function readyCondition(status: string): object {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const ready = { type: 'Ready', status, reason: 'Conformance', message: 'A node without a kubelet.', lastHeartbeatTime: now };
  return { status: { conditions: [ready] } };
}
