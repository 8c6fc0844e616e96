import type { KubeClient } from '../../helpers/kube/client.ts';
import type { Endpoints, Pod } from '../objects.ts';
import { type KubernetesDiscovery, relabelled, type ScrapeConfig } from './configuration.ts';

type Labels = Readonly<Record<string, string>>;

export interface DiscoveryEnvironment {
  /** Uses the token of the pod; undefined when none is mounted. */
  readonly client: KubeClient | undefined;
  resolve(name: string): readonly string[];
}

/** The addresses of the targets of a scrape job. @throws Error with the message of the API server when a list fails */
export async function addressesOf(config: ScrapeConfig, environment: DiscoveryEnvironment): Promise<readonly string[]> {
  const { kubernetes_sd_configs: kubernetes = [], dns_sd_configs: dns = [], relabel_configs: steps } = config;
  const byName = dns.flatMap(({ names, port }) =>
    names.flatMap((name) => environment.resolve(name).map((ip) => `${ip}:${port}`)),
  );
  const lists = await Promise.all(kubernetes.map((discovery) => discovered(discovery, environment)));
  const targets: readonly Labels[] = [...byName.map((address) => ({ __address__: address })), ...lists.flat()];
  const kept = targets.map((labels) => relabelled(labels, steps)).filter((labels) => labels !== undefined);
  return [...new Set(kept.map(({ __address__: address = '' }) => address))];
}

async function discovered(
  { role, namespaces }: KubernetesDiscovery,
  environment: DiscoveryEnvironment,
): Promise<readonly Labels[]> {
  const targets =
    role === 'pod'
      ? (await list<Pod>(environment, 'pods')).flatMap(targetsOfPod)
      : (await list<Endpoints>(environment, 'endpoints')).flatMap(targetsOfEndpoints);
  return targets.filter(({ __meta_kubernetes_namespace: namespace = '' }) => namespaces?.names.includes(namespace) ?? true);
}

/** Source: Prometheus, Configuration: kubernetes_sd_config, role endpoints. */
function targetsOfEndpoints({ metadata, subsets = [] }: Endpoints): readonly Labels[] {
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

/** Source: Prometheus, Configuration: kubernetes_sd_config, role pod. */
function targetsOfPod({ metadata, spec, status }: Pod): readonly Labels[] {
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

async function list<T>({ client }: DiscoveryEnvironment, resource: string): Promise<readonly T[]> {
  if (!client) throw new Error('no token is mounted: unable to use the service account');
  const { status, data } = await client.send<{ items: readonly T[]; message?: string }>('GET', `/api/v1/${resource}`);
  if (status !== 200) throw new Error(`failed to list ${resource}: ${data.message ?? status}`);
  return data.items;
}
