import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { alert } from './claims.ts';
import type { Reading } from './faults.ts';
import { type Row, rowOf } from './row.ts';

interface Node extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const nodeNotReady = alert('NodeNotReady', ['node', 'status'], silentNodes);

/** A node's row while its Ready condition is `False`, as a label has it. */
export function rowOfNode({ metadata }: KubernetesObject, status = 'false'): Row {
  return rowOf({ node: metadata.name, status });
}

/**
 * Makes a Node object without a kubelet that is not ready. It is unschedulable, and its zone is its own, so that its state
 * counts for no other node's.
 */
export async function silentNode({ client, run, scratch }: RequirementContext): Promise<KubernetesObject> {
  const taints = [{ key: 'conformance.kube-state-metrics/none', effect: 'NoSchedule' }];
  const object: RawObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `conformance-${run.id}-silent`,
      labels: { 'topology.kubernetes.io/region': 'conformance', 'topology.kubernetes.io/zone': 'conformance-silent' },
    },
    spec: { unschedulable: true, taints },
  };
  const node = await scratch.create(object);
  await client.merge(referenceOf(node), readiness('False'), 'status');
  return node;
}

/** Lets the node say that it is ready, as its kubelet would. */
export async function wakes({ client }: RequirementContext, node: KubernetesObject): Promise<void> {
  await client.merge(referenceOf(node), readiness('True'), 'status');
}

function readiness(status: string): object {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const ready = { type: 'Ready', status, reason: 'Conformance', message: 'A node without a kubelet.', lastHeartbeatTime: now };
  return { status: { conditions: [ready] } };
}

async function silentNodes({ client }: RequirementContext): Promise<Reading> {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  const must = nodes.flatMap((node) =>
    (node.status?.conditions ?? [])
      .filter(({ type, status }) => type === 'Ready' && status !== 'True')
      .map(({ status }) => rowOfNode(node, status.toLowerCase())),
  );
  return { must };
}
