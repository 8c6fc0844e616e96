import type { Pod } from '../kube/pod.ts';
import type { Container, Service, ServicePort } from '../kube/workload.ts';

/** A port of the exporter. */
export interface ExporterPort {
  /** Its name in the Service, or else in the container. */
  readonly name: string;
  /** The port in the pod. */
  readonly number: number;
  /** The port of the Service; undefined if the Service has none for it. */
  readonly servicePort?: number;
  /** The proxy of the same pod through which others reach it; the names above are then the proxy's. */
  readonly front?: { readonly container: string; readonly port: number; readonly tls: boolean };
}

export interface ExporterPorts {
  /** The port with the metrics of the cluster's objects. */
  readonly metrics: ExporterPort;
  /** The port with the exporter's own metrics. */
  readonly telemetry: ExporterPort;
}

// Source: the exporter's documentation of its arguments.
const DEFAULT_PORT = { metrics: 8080, telemetry: 8081 };
const FLAG = { metrics: '--port', telemetry: '--telemetry-port' };
const HOST_FLAG = { metrics: '--host', telemetry: '--telemetry-host' };

const loopbackHosts = ['127.0.0.1', 'localhost'];

/** The exporter's ports by its arguments, with the names in the manifests. */
export function portsOf(container: Container, service: Service): ExporterPorts {
  return { metrics: portOf('metrics', container, service), telemetry: portOf('telemetry', container, service) };
}

function portOf(purpose: keyof ExporterPorts, container: Container, service: Service): ExporterPort {
  const number = Number(flagValue(argumentsOf(container), FLAG[purpose]) ?? DEFAULT_PORT[purpose]);
  return { number, ...publishedAs(number, container, service, purpose) };
}

/** How the manifests name a port of a container, and the port of the Service that leads to it. */
export function publishedAs(
  number: number,
  { ports }: Pick<Container, 'ports'>,
  service: Service,
  fallback: string,
): Pick<ExporterPort, 'name' | 'servicePort'> {
  const declared = ports?.find(({ containerPort }) => containerPort === number);
  const leadsThere = ({ port, targetPort = port }: ServicePort) =>
    targetPort === number || (declared?.name !== undefined && targetPort === declared.name);
  const published = service.spec.ports?.find(leadsThere);
  const name = published?.name ?? declared?.name ?? fallback;
  return published ? { name, servicePort: published.port } : { name };
}

/** The port of the pod at which others reach it. */
export function reachedAt({ number, front }: Pick<ExporterPort, 'number' | 'front'>): number {
  return front?.port ?? number;
}

/**
 * Whether a process of these arguments listens for a port's requests on the loopback interface only, where neither other pods nor the API
 * server's proxy reach it. Source: kube-state-metrics, command line arguments: `--host`, `--telemetry-host`.
 */
export function isOnLoopback(list: readonly string[], port: number): boolean {
  return purposesOf(list, port).some((purpose) => loopbackHosts.includes(flagValue(list, HOST_FLAG[purpose]) ?? ''));
}

/** Whether an exporter of these arguments listens on a port. */
export function listensOn(list: readonly string[], port: number): boolean {
  return purposesOf(list, port).length > 0;
}

function purposesOf(list: readonly string[], port: number): readonly (keyof ExporterPorts)[] {
  return (['metrics', 'telemetry'] as const).filter(
    (purpose) => Number(flagValue(list, FLAG[purpose]) ?? DEFAULT_PORT[purpose]) === port,
  );
}

/** The exporter's command line without the program. */
export function argumentsOf({ command = [], args = [] }: Pick<Container, 'command' | 'args'>): readonly string[] {
  return [...command.slice(1), ...args];
}

/**
 * The arguments of a container in a pod: `--node=$(NODE_NAME)` becomes `--node=worker-1`. An unknown variable remains.
 * Source: Kubernetes, Define a command and arguments for a container; downward API: available fields.
 */
export function argumentsIn(container: Pick<Container, 'command' | 'args' | 'env'>, pod: FieldsOfPod): readonly string[] {
  const fields: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': pod.spec?.nodeName,
  };
  const { env = [] } = container;
  const values = new Map(env.map(({ name, value, valueFrom }) => [name, value ?? fields[valueFrom?.fieldRef?.fieldPath ?? '']]));
  return argumentsOf(container).map((argument) =>
    argument.replace(/\$\(([^)]+)\)/g, (variable: string, name: string) => values.get(name) ?? variable),
  );
}

/** What the downward API takes from a pod. */
type FieldsOfPod = Pick<Pod, 'metadata'> & { readonly spec?: Pick<Pod['spec'], 'nodeName'> };

/** The value of `--port=8080` or `--port 8080`; the last one applies, and undefined without one. */
export function flagValue(list: readonly string[], flag: string): string | undefined {
  const at = list.findLastIndex((argument) => argument === flag || argument.startsWith(`${flag}=`));
  const argument = list[at];
  return argument === flag ? list[at + 1] : argument?.slice(flag.length + 1);
}

/**
 * Whether the exporter compresses its response for a scraper that accepts gzip.
 * Source: kube-state-metrics, command line arguments: `--enable-gzip-encoding`; the last occurrence applies.
 */
export function compressesScrapes(exporterArguments: readonly string[]): boolean {
  const last = exporterArguments.findLast((argument) => /^--enable-gzip-encoding(=|$)/.test(argument));
  return last !== undefined && !last.endsWith('=false');
}
