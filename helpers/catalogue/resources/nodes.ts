import type { Node } from '../../kube/types.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp } from '../metadata.ts';
import { quantity, resourceLabel, resourceUnits } from '../quantity.ts';
import { type Context, conditionSamples, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

type Resources = Readonly<Record<string, string>>;

const ROLE_PREFIX = 'node-role.kubernetes.io/';

export const nodes: ResourceTable<Node> = {
  resource: 'nodes',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Node' }),
  labels: ({ metadata }) => ({ node: metadata.name }),
  families: [
    annotationsFamily('nodes', 'kube_node_annotations', { stability: 'ALPHA' }),
    gauge('kube_node_created', { stability: 'STABLE' }, created),
    gauge('kube_node_deletion_timestamp', { stability: 'ALPHA', since: '2.7' }, deletionTimestamp),
    gauge('kube_node_info', { stability: 'STABLE' }, info),
    labelsFamily('nodes', 'kube_node_labels', { stability: 'STABLE' }),
    // The values are read too, though unused, so that a capture keeps these labels.
    gauge('kube_node_role', { stability: 'ALPHA' }, ({ metadata: { labels = {} } }) =>
      Object.keys(labels)
        .filter((key) => key.startsWith(ROLE_PREFIX) && labels[key] !== undefined)
        .flatMap((key) => fact({ role: key.slice(ROLE_PREFIX.length) })),
    ),
    gauge('kube_node_spec_pod_cidrs', { stability: 'ALPHA', since: '2.20' }, ({ spec }: Node) =>
      (spec?.podCIDRs ?? []).flatMap((cidr) => fact({ pod_cidr: cidr })),
    ),
    gauge('kube_node_spec_taint', { stability: 'STABLE' }, ({ spec }: Node) =>
      (spec?.taints ?? []).flatMap((taint) => fact({ key: taint.key, value: taint.value ?? '', effect: taint.effect })),
    ),
    gauge('kube_node_spec_unschedulable', { stability: 'STABLE' }, ({ spec }: Node) => value(spec?.unschedulable ? 1 : 0)),
    gauge('kube_node_status_allocatable', { stability: 'STABLE' }, ({ status }: Node, context) =>
      resources(status?.allocatable, context),
    ),
    gauge('kube_node_status_capacity', { stability: 'STABLE' }, ({ status }: Node, context) =>
      resources(status?.capacity, context),
    ),
    gauge('kube_node_status_condition', { stability: 'STABLE' }, (node: Node) =>
      (node.status?.conditions ?? []).flatMap(({ type, status }) => conditionSamples(status, { condition: type }, 'status')),
    ),
    gauge('kube_node_status_addresses', { stability: 'ALPHA', since: '2.11' }, ({ status }: Node) =>
      (status?.addresses ?? []).flatMap(({ type, address }) => fact({ type, address })),
    ),
  ],
};

/** The internal address is the last one, which on a dual-stack node may be of the second address family. */
function info({ spec, status }: Node, context: Context): readonly Expected[] {
  const { nodeInfo, addresses = [] } = status ?? {};
  return fact({
    kernel_version: nodeInfo?.kernelVersion ?? '',
    os_image: nodeInfo?.osImage ?? '',
    container_runtime_version: nodeInfo?.containerRuntimeVersion ?? '',
    kubelet_version: nodeInfo?.kubeletVersion ?? '',
    kubeproxy_version: context.since('2.14') ? 'deprecated' : (nodeInfo?.kubeProxyVersion ?? ''),
    provider_id: spec?.providerID ?? '',
    pod_cidr: spec?.podCIDR ?? '',
    system_uuid: nodeInfo?.systemUUID ?? '',
    internal_ip: addresses.findLast(({ type }) => type === 'InternalIP')?.address ?? '',
  });
}

/** Unlike a container's, all resources of a node have the precision of a thousandth. */
function resources(amounts: Resources = {}, context: Context): readonly Expected[] {
  return Object.entries(amounts).flatMap(([name, amount]) =>
    resourceUnits(name, 'node').map((unit) => ({
      labels: { resource: resourceLabel(name), unit },
      value: quantity(amount, context),
    })),
  );
}
