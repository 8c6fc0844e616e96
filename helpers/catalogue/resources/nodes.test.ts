import type { Node } from '../../kube/types.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { nodes } from './nodes.ts';

const node: Node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'server',
    creationTimestamp: '2024-05-01T10:00:00Z',
    labels: { 'node-role.kubernetes.io/control-plane': 'true', 'node-role.kubernetes.io/etcd': '', zone: 'east' },
  },
  spec: {
    podCIDR: '10.42.0.0/24',
    podCIDRs: ['10.42.0.0/24', 'fd42::/64'],
    providerID: 'k3s://server',
    taints: [
      { key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' },
      { key: 'dedicated', effect: 'NoSchedule' },
    ],
    unschedulable: true,
  },
  status: {
    addresses: [
      { type: 'InternalIP', address: '172.18.0.2' },
      { type: 'InternalIP', address: 'fd00::2' },
      { type: 'Hostname', address: 'server' },
    ],
    allocatable: { cpu: '1930m', memory: '1.5Gi', pods: '110' },
    capacity: {
      cpu: '2',
      'ephemeral-storage': '1500M',
      'hugepages-2Mi': '0',
      'attachable-volumes-aws-ebs': '25',
      'nvidia.com/gpu': '4',
      'kubernetes.io/batch': '1',
    },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    nodeInfo: {
      containerRuntimeVersion: 'containerd://1.7.15',
      kernelVersion: '6.1.0',
      kubeletVersion: 'v1.24.17+k3s1',
      kubeProxyVersion: 'v1.24.17+k3s1',
      osImage: 'K3s',
      systemUUID: 'f0e1',
    },
  },
};

const UNCHANGED = `
  kube_node_created 1714557600
  kube_node_role{role="control-plane"} 1
  kube_node_role{role="etcd"} 1
  kube_node_spec_taint{key="k3s-controlplane",value="true",effect="NoExecute"} 1
  kube_node_spec_taint{key="dedicated",value="",effect="NoSchedule"} 1
  kube_node_spec_unschedulable 1
  kube_node_status_allocatable{resource="cpu",unit="core"} 1.93
  kube_node_status_allocatable{resource="memory",unit="byte"} 1610612736
  kube_node_status_allocatable{resource="pods",unit="integer"} 110
  kube_node_status_capacity{resource="cpu",unit="core"} 2
  kube_node_status_capacity{resource="ephemeral_storage",unit="byte"} 1500000000
  kube_node_status_capacity{resource="hugepages_2Mi",unit="byte"} 0
  kube_node_status_capacity{resource="attachable_volumes_aws_ebs",unit="byte"} 25
  kube_node_status_capacity{resource="nvidia_com_gpu",unit="integer"} 4
  kube_node_status_condition{condition="Ready",status="true"} 1
  kube_node_status_condition{condition="Ready",status="false"} 0
  kube_node_status_condition{condition="Ready",status="unknown"} 0
`;

test('2.5 exposes roles, taints, conditions and resources, except a resource in Kubernetes’ own domain', () => {
  expect(samplesAsText(nodes, node, '2.5.0')).toEqual(
    asText(`${UNCHANGED}
      kube_node_annotations 1
      kube_node_labels 1
      kube_node_info{kernel_version="6.1.0",os_image="K3s",container_runtime_version="containerd://1.7.15",kubelet_version="v1.24.17+k3s1",kubeproxy_version="v1.24.17+k3s1",provider_id="k3s://server",pod_cidr="10.42.0.0/24",system_uuid="f0e1",internal_ip="fd00::2"} 1
    `),
  );
});

test('2.20 adds the addresses and pod CIDRs, and drops the version of kube-proxy', () => {
  expect(samplesAsText(nodes, node, '2.20.0')).toEqual(
    asText(`${UNCHANGED}
      kube_node_info{kernel_version="6.1.0",os_image="K3s",container_runtime_version="containerd://1.7.15",kubelet_version="v1.24.17+k3s1",kubeproxy_version="deprecated",provider_id="k3s://server",pod_cidr="10.42.0.0/24",system_uuid="f0e1",internal_ip="fd00::2"} 1
      kube_node_spec_pod_cidrs{pod_cidr="10.42.0.0/24"} 1
      kube_node_spec_pod_cidrs{pod_cidr="fd42::/64"} 1
      kube_node_status_addresses{type="InternalIP",address="172.18.0.2"} 1
      kube_node_status_addresses{type="InternalIP",address="fd00::2"} 1
      kube_node_status_addresses{type="Hostname",address="server"} 1
    `),
  );
});

test('a node without a status has empty labels and is schedulable', () => {
  const bare = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n2' } };

  expect(samplesAsText(nodes, bare, '2.20.0')).toEqual(
    asText(`
      kube_node_info{kernel_version="",os_image="",container_runtime_version="",kubelet_version="",kubeproxy_version="deprecated",provider_id="",pod_cidr="",system_uuid="",internal_ip=""} 1
      kube_node_spec_unschedulable 0
    `),
  );
});
