import { parse } from 'yaml';
import type { KubernetesObject } from '../kube/object.ts';
import { type Container, type Labels, type PolicyRule, type Service, selects, type Workload } from '../kube/workload.ts';
import { repositoryOf } from './image.ts';
import { mountedText } from './mounted.ts';
import { argumentsOf, type ExporterPort, type ExporterPorts, flagValue, isOnLoopback, listensOn, publishedAs } from './ports.ts';

/** How a process of a pod listens on a port. */
export interface Listener {
  /** Whether only what is in the pod's network namespace reaches it, a port-forward among them. */
  readonly onLoopback: boolean;
  readonly tls: boolean;
  /** Whether /metrics requires a bearer token. */
  readonly token: boolean;
}

/**
 * How the exporter listens on one of its ports.
 * Source: kube-state-metrics, command line arguments: `--host`, `--telemetry-host`, `--tls-config`, `--auth-filter`, each for both ports.
 * @param containers of the pod; those that do not listen on the port have no influence
 */
export function listenerOf(
  containers: readonly Pick<Container, 'name' | 'image' | 'command' | 'args'>[],
  port: number,
): Listener {
  const lists = containers.filter((container) => !isProxy(container)).map(argumentsOf);
  const own = lists.filter((list) => listensOn(list, port));
  return {
    onLoopback: lists.some((list) => isOnLoopback(list, port)),
    tls: own.some((list) => (flagValue(list, '--tls-config') ?? '') !== ''),
    token: own.some(filtersClients),
  };
}

/** Whether `--auth-filter` is set; the last occurrence of the flag applies. */
function filtersClients(list: readonly string[]): boolean {
  const last = list.findLast((argument) => /^--auth-filter(=|$)/.test(argument));
  return last !== undefined && !/=(false|f|0)$/i.test(last);
}

/** Whether others need TLS to get anything from one of the exporter's ports: its own, or that of a proxy. */
export function isSecured({ workload }: { readonly workload: Workload }, { number, front }: ExporterPort): boolean {
  return front ? front.tls : listenerOf(workload.spec.template.spec.containers, number).tls;
}

/** Whether others need a token to get /metrics from one of the exporter's ports: from its own, or from a proxy. */
export function isGuarded({ workload }: { readonly workload: Workload }, { number, front }: ExporterPort): boolean {
  return front !== undefined || listenerOf(workload.spec.template.spec.containers, number).token;
}

/** Whether the exporter itself requires a token, so that nothing is read from it without an account. */
export function requiresToken({ workload, ports }: Pick<RuledTarget, 'workload' | 'ports'>): boolean {
  const { containers } = workload.spec.template.spec;
  return Object.values(ports).some(({ number }) => listenerOf(containers, number).token);
}

/** A kube-rbac-proxy in front of a port of the same pod. Source: kube-rbac-proxy, README: command line flags. */
export interface Front {
  /** The name of its container: `kube-rbac-proxy-main`. */
  readonly container: string;
  /** The port on which it listens. */
  readonly port: number;
  /** Whether it listens with TLS, by `--secure-listen-address`, or without, by `--insecure-listen-address`. */
  readonly tls: boolean;
  /** `http://127.0.0.1:8081/` */
  readonly upstream: string;
  /** The port of the pod to which it forwards; undefined for an upstream that is not in the pod or cannot be parsed. */
  readonly upstreamPort?: number;
  /** The file with its authorization. */
  readonly configFile?: string;
}

const secureAddress = '--secure-listen-address';
const insecureAddress = '--insecure-listen-address';

/** Whether a container runs kube-rbac-proxy: by its image, or, in a mirror under another name, by its arguments. */
export function isProxy(container: Pick<Container, 'image' | 'command' | 'args'>): boolean {
  if (/(^|[/-])kube-rbac-proxy(-[a-z0-9]+)?$/.test(repositoryOf(container.image))) return true;
  const list = argumentsOf(container);
  return flagValue(list, '--upstream') !== undefined && flagValue(list, secureAddress) !== undefined;
}

/** The proxies of a pod, an entry for each address on which one listens. */
export function frontsOf(containers: readonly Container[]): readonly Front[] {
  return containers.filter(isProxy).flatMap((container) => {
    const list = argumentsOf(container);
    const upstream = flagValue(list, '--upstream') ?? '';
    const upstreamPort = portInPod(upstream);
    const configFile = flagValue(list, '--config-file');
    return [
      { flag: secureAddress, tls: true },
      { flag: insecureAddress, tls: false },
    ].flatMap(({ flag, tls }) => {
      const [, port] = /:(\d+)$/.exec(flagValue(list, flag) ?? '') ?? [];
      if (port === undefined) return [];
      const front = { container: container.name, port: Number(port), tls, upstream };
      return [{ ...front, ...(upstreamPort !== undefined && { upstreamPort }), ...(configFile !== undefined && { configFile }) }];
    });
  });
}

function portInPod(upstream: string): number | undefined {
  if (!URL.canParse(upstream)) return undefined;
  const { protocol, hostname, port } = new URL(upstream);
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return isHere ? Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port) : undefined;
}

/** The exporter's ports, those behind a proxy with the proxy and its names. */
export function withFronts(ports: ExporterPorts, containers: readonly Container[], service: Service): ExporterPorts {
  const fronts = frontsOf(containers);
  const behind = (port: ExporterPort): ExporterPort => {
    const front = fronts.find(({ upstreamPort }) => upstreamPort === port.number);
    const proxy = containers.find(({ name }) => name === front?.container);
    if (!front || !proxy) return port;
    const { container, tls } = front;
    return {
      number: port.number,
      ...publishedAs(front.port, proxy, service, port.name),
      front: { container, port: front.port, tls },
    };
  };
  return { metrics: behind(ports.metrics), telemetry: behind(ports.telemetry) };
}

/** The right to get /metrics that kube-rbac-proxy, without a configuration of its own, and `--auth-filter` require of a scraper. */
export const scrapeRule: PolicyRule = { nonResourceURLs: ['/metrics'], verbs: ['get'] };

/**
 * The right that a proxy requires of a scraper.
 * Source: kube-rbac-proxy, examples: non-resource-url, resource-attributes.
 * @param objects the manifests, with the ConfigMap that is mounted as the proxy's `--config-file`
 */
export function ruleOf(front: Front, workload: Workload, objects: readonly KubernetesObject[]): PolicyRule {
  const mounting = { workload, container: { name: front.container }, objects };
  const attributes = front.configFile === undefined ? undefined : attributesIn(mountedText(mounting, front.configFile));
  if (attributes === undefined) return scrapeRule;
  const { apiGroup = '', resource = '', subresource, name } = attributes;
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return { apiGroups: [apiGroup], resources: [whole], verbs: ['get'], ...(name !== undefined && { resourceNames: [name] }) };
}

/** The rights that a scraper of the exporter needs: none where nothing requires a token. */
export function scrapeRules({ workload, ports, objects }: RuledTarget): readonly PolicyRule[] {
  const { spec } = workload.spec.template;
  const own = Object.values(ports).filter(({ number }) => listenerOf(spec.containers, number).token);
  const rules = [...frontsOf(spec.containers).map((front) => ruleOf(front, workload, objects)), ...own.map(() => scrapeRule)];
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** How a scrape job of a Prometheus gets in: over TLS, whose certificate nobody signed, and with the token of its own account. */
export function scrapeAccess(target: RuledTarget): object {
  const { metrics } = target.ports;
  const credentials = { type: 'Bearer', credentials_file: '/var/run/secrets/kubernetes.io/serviceaccount/token' };
  return {
    ...(isSecured(target, metrics) && { scheme: 'https', tls_config: { insecure_skip_verify: true } }),
    ...(isGuarded(target, metrics) && { authorization: credentials }),
  };
}

interface RuledTarget {
  readonly workload: Workload;
  readonly ports: ExporterPorts;
  readonly objects: readonly KubernetesObject[];
}

type Attributes = Readonly<Partial<Record<'apiGroup' | 'resource' | 'subresource' | 'name', string>>>;

function attributesIn(text: string | undefined): Attributes | undefined {
  if (text === undefined) return undefined;
  const { authorization } = (parse(text) ?? {}) as { readonly authorization?: { readonly resourceAttributes?: Attributes } };
  return authorization?.resourceAttributes;
}

/** The fields of a NetworkPolicy that the suite reads. Source: Kubernetes API, networking.k8s.io/v1. */
interface NetworkPolicy extends KubernetesObject {
  readonly spec?: {
    readonly podSelector?: { readonly matchLabels?: Labels };
    readonly ingress?: readonly { readonly from?: readonly Peer[] }[];
  };
}

interface Peer {
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly namespaceSelector?: object;
}

/** The NetworkPolicies of the manifests that select the exporter's pods. */
export function policiesOf(target: {
  readonly objects: readonly KubernetesObject[];
  readonly podLabels: Labels;
}): readonly NetworkPolicy[] {
  const policies = target.objects.filter((object): object is NetworkPolicy => object.kind === 'NetworkPolicy');
  return policies.filter(({ spec }) => selects(spec?.podSelector?.matchLabels, target.podLabels));
}

/** The labels of the first scraper in the exporter's namespace that a policy lets in; undefined where none names one by labels. */
export function admittedLabels(policies: readonly NetworkPolicy[]): Labels | undefined {
  const peers = policies.flatMap(({ spec }) => spec?.ingress ?? []).flatMap(({ from = [] }) => from);
  return peers.find(({ namespaceSelector }) => namespaceSelector === undefined)?.podSelector?.matchLabels;
}
