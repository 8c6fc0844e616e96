import { parse } from 'yaml';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { Endpoints, Pod } from '../objects.ts';
import type { Labels } from './series.ts';

/** The supported part of prometheus.yml. Source: Prometheus, Configuration. */
export interface Configuration {
  readonly global: { readonly scrape_interval: string; readonly evaluation_interval?: string };
  readonly rule_files?: readonly string[];
  readonly scrape_configs: readonly ScrapeConfig[];
}

export interface ScrapeConfig {
  readonly job_name: string;
  readonly scheme?: 'https';
  readonly authorization?: object;
  readonly kubernetes_sd_configs?: readonly KubernetesDiscovery[];
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  readonly relabel_configs?: readonly Relabelling[];
  readonly metric_relabel_configs?: readonly Relabelling[];
}

export interface KubernetesDiscovery {
  readonly role: 'endpoints' | 'pod';
  readonly namespaces?: { readonly names: readonly string[] };
}

export interface Relabelling {
  readonly source_labels: readonly string[];
  readonly action?: 'keep' | 'replace';
  readonly regex?: string;
  readonly target_label?: string;
  readonly replacement?: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly {
    readonly alert?: string;
    readonly record?: string;
    readonly expr: string;
    /** How long it must hold before it fires: `15m`. */
    readonly for?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
}

type Files = Readonly<Record<string, string>>;

/** @throws Error when the file is not mounted, on which Prometheus does not start either */
export function readConfiguration(files: Files, name: string): Configuration {
  const text = files[name];
  if (text === undefined) throw new Error(`open ${name}: no such file or directory`);
  return parse(text) as Configuration;
}

/** The rule groups of all files that match a pattern with `*`. */
export function readRuleGroups(
  files: Files,
  patterns: readonly string[] = [],
): readonly (RuleGroup & { readonly file: string })[] {
  const isMatched = (file: string) => patterns.some((pattern) => wildcard(pattern).test(file));
  return Object.entries(files)
    .filter(([file]) => isMatched(file))
    .flatMap(([file, text]) => (parse(text) as { groups: readonly RuleGroup[] }).groups.map((group) => ({ ...group, file })));
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
}

/** Parses a duration, `8s`, to seconds. */
export function secondsOf(duration: string): number {
  const [, count, unit = 's'] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? [];
  return Number(count) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? Number.NaN);
}

/** Applies relabelling steps; undefined when one of them drops the labels. Source: Prometheus, Configuration: relabel_config. */
export function relabelled(labels: Labels, steps: readonly Relabelling[] = []): Labels | undefined {
  let now = labels;
  for (const { source_labels: sources, action = 'replace', regex = '(.*)', target_label: target, replacement = '$1' } of steps) {
    const found = new RegExp(`^(?:${regex})$`, 's').exec(sources.map((name) => now[name] ?? '').join(';'));
    if (action === 'keep' && !found) return undefined;
    if (action === 'replace' && found && target !== undefined) {
      now = { ...now, [target]: replacement.replace(/\$(\d)/g, (_, group: string) => found[Number(group)] ?? '') };
    }
  }
  return now;
}

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
