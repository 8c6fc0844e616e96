/** Names of the exporter's first major version, and what took their place. Source: the exporter's change log, 2.0. */
const renames: readonly { readonly former: RegExp; readonly now: string }[] = [
  { former: /^kube_hpa_(.+)$/, now: 'kube_horizontalpodautoscaler_$1' },
  { former: /^(kube_pod_(?:init_)?container_resource_(?:requests|limits))_cpu_cores$/, now: '$1{resource="cpu"}' },
  { former: /^(kube_pod_(?:init_)?container_resource_(?:requests|limits))_memory_bytes$/, now: '$1{resource="memory"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_cpu_cores$/, now: '$1{resource="cpu"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_memory_bytes$/, now: '$1{resource="memory"}' },
  { former: /^(kube_node_status_(?:capacity|allocatable))_pods$/, now: '$1{resource="pods"}' },
];

/** What a name of version 1 is called from 2.0 on; undefined for any other. */
export function successorOf(metric: string): string | undefined {
  const rename = renames.find(({ former }) => former.test(metric));
  return rename && metric.replace(rename.former, rename.now);
}

const replacements: Readonly<Record<string, string>> = {
  kube_endpoint_address_available:
    'kube_endpoint_address{ready="true"}, or from 2.18 on kube_endpointslice_endpoints{ready="true"}',
  kube_endpoint_address_not_ready:
    'kube_endpoint_address{ready="false"}, or from 2.18 on kube_endpointslice_endpoints{ready="false"}',
};

/** What tells the same as a family that was removed; a series for each address, so that they are to be counted. */
export function replacementOf(metric: string): string | undefined {
  return replacements[metric];
}
