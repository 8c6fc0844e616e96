import type { KubeClient } from '../../helpers/kube/client.ts';
import type { Endpoints, Pod } from '../objects.ts';
import type { KubernetesDiscovery, ScrapeConfig } from './configuration.ts';
import { relabelled } from './relabel.ts';

type Labels = Readonly<Record<string, string>>;

export interface Around {
  /** With the pod's own token; absent where none is mounted. */
  readonly client: KubeClient | undefined;
  resolve(name: string): readonly string[];
}

/** The addresses that a scrape job finds now. @throws an Error with the API server's words where it refuses */
export async function addressesOf(config: ScrapeConfig, around: Around): Promise<readonly string[]> {
  const { kubernetes_sd_configs: kubernetes = [], dns_sd_configs: dns = [], relabel_configs: steps } = config;
  const byName = dns.flatMap(({ names, port }) => names.flatMap((name) => around.resolve(name).map((ip) => `${ip}:${port}`)));
  const lists = await Promise.all(kubernetes.map((one) => found(one, around)));
  const all: readonly Labels[] = [...byName.map((address) => ({ __address__: address })), ...lists.flat()];
  const kept = all.map((labels) => relabelled(labels, steps)).filter((labels) => labels !== undefined);
  return [...new Set(kept.map(({ __address__: address = '' }) => address))];
}

async function found({ role, namespaces }: KubernetesDiscovery, around: Around): Promise<readonly Labels[]> {
  const all =
    role === 'pod'
      ? (await list<Pod>(around, 'pods')).flatMap(ofPod)
      : (await list<Endpoints>(around, 'endpoints')).flatMap(ofEndpoints);
  return all.filter(({ __meta_kubernetes_namespace: namespace = '' }) => namespaces?.names.includes(namespace) ?? true);
}

/** Source: Prometheus, Configuration: kubernetes_sd_config, role endpoints. */
function ofEndpoints({ metadata, subsets = [] }: Endpoints): readonly Labels[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) =>
    [...addresses, ...notReadyAddresses].flatMap(({ ip }) =>
      ports.map(({ name = '', port }) => ({
        __address__: `${ip}:${port}`,
        __meta_kubernetes_namespace: metadata.namespace ?? '',
        __meta_kubernetes_service_name: metadata.name,
        __meta_kubernetes_endpoint_port_name: name,
      })),
    ),
  );
}

/** Source: the same, role pod. */
function ofPod({ metadata, spec, status }: Pod): readonly Labels[] {
  if (status?.podIP === undefined) return [];
  return spec.containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort }) => ({
      __address__: `${status.podIP}:${containerPort}`,
      __meta_kubernetes_namespace: metadata.namespace ?? '',
      __meta_kubernetes_pod_name: metadata.name,
      __meta_kubernetes_pod_container_port_number: String(containerPort),
    })),
  );
}

async function list<T>({ client }: Around, resource: string): Promise<readonly T[]> {
  if (!client) throw new Error('no token is mounted: unable to use the service account');
  const { status, data } = await client.send<{ items: readonly T[]; message?: string }>('GET', `/api/v1/${resource}`);
  if (status !== 200) throw new Error(`failed to list ${resource}: ${data.message ?? status}`);
  return data.items;
}
