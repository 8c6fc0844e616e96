import { reachedAt } from '../../helpers/exporter/ports.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { EndpointPort, Endpoints } from '../../helpers/kube/types.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { readyAddresses, slicesOf } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** A port at an address, as discovery returns it. */
export interface DiscoveredPort {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** A way to discover the ready pods behind the exporter's Service. */
type Discovery = (context: RequirementContext) => Promise<readonly DiscoveredPort[]>;

/** How long discovery may take to follow the pods, in milliseconds. */
const discoveryBudget = seconds(10);

/** The ready addresses and ports in the Endpoints of the Service. Source: Prometheus, kubernetes_sd_config: role endpoints. */
export const fromEndpoints: Discovery = async ({ client, target }) => {
  const endpoints = await client.find<Endpoints>({ ...referenceOf(target.service), kind: 'Endpoints' });
  return (endpoints?.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    addresses.flatMap(({ ip }) => ports.map((port) => discovered(ip, port))),
  );
};

/** The ready addresses and ports in all slices of the Service. Source: Kubernetes, EndpointSlices: no condition means ready. */
export const fromSlices: Discovery = async ({ client, target }) => {
  const slices = await slicesOf(client, target.namespace, target.service.metadata.name);
  return slices.flatMap(({ endpoints, ports }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses = [] }) => addresses.flatMap((address) => (ports ?? []).map((port) => discovered(address, port)))),
  );
};

/**
 * Waits until discovery returns exactly the Service's ports of every Ready pod, under the names that scrape configurations use.
 * @returns the discovered ports
 */
export async function discoversThePods(context: RequirementContext, discovery: Discovery): Promise<readonly DiscoveredPort[]> {
  await context.exporter.readyPod();
  const { actual } = await waitFor({
    what: `exactly the ports of the exporter's Ready pods behind ${context.target.service.metadata.name}`,
    within: discoveryBudget,
    observe: async () => {
      await context.exporter.readyPod();
      const [ports, expected] = await Promise.all([discovery(context), portsOfPods(context)]);
      return { actual: ports, expected };
    },
    until: ({ actual: ports, expected }) => expected.length > 0 && formatPorts(ports) === formatPorts(expected),
    describe: ({ actual: ports, expected }) =>
      `${formatPorts(ports) || 'nothing'}; the pods have ${formatPorts(expected) || 'nothing'}`,
  });
  return actual;
}

/** One of the exporter's ports in the Endpoints of the Service. */
export async function discoveredPort(context: RequirementContext, purpose: 'metrics' | 'telemetry'): Promise<DiscoveredPort> {
  await context.exporter.servedPod();
  const name = context.profile.promises.ports[purpose] ?? context.target.ports[purpose].name;
  const ports = await waitFor({
    what: `an address of the port ${name} in the Endpoints of ${context.target.service.metadata.name}`,
    within: discoveryBudget,
    observe: () => fromEndpoints(context),
    until: (found) => found.some((port) => port.name === name),
    describe: (found) => formatPorts(found) || 'nothing',
  });
  return ports.find((port) => port.name === name) as DiscoveredPort;
}

/** Waits until the Endpoints of the Service have a port, of a pod that is Ready or not: they follow the pods. */
export async function untilDiscovered({ client, exporter, target }: RequirementContext): Promise<void> {
  await exporter.servedPod();
  const { name, namespace = 'default' } = target.service.metadata;
  await waitFor({
    what: `a port in the Endpoints of ${name}`,
    within: discoveryBudget,
    observe: async () => {
      const endpoints = await client.find<Endpoints>({ apiVersion: 'v1', kind: 'Endpoints', namespace, name });
      return (endpoints?.subsets ?? []).flatMap(({ ports = [] }) => ports);
    },
    until: (ports) => ports.length > 0,
    describe: () => 'none',
  });
}

/** `http://10.42.0.7:8080/metrics` */
export function urlOf({ address, port }: DiscoveredPort, path: string): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}${path}`;
}

/** `http-metrics 10.42.0.7:8080, telemetry 10.42.0.7:8081` */
export function formatPorts(ports: readonly DiscoveredPort[]): string {
  return ports
    .map(({ name, address, port }) => `${name} ${address}:${port}`)
    .sort()
    .join(', ');
}

async function portsOfPods(context: RequirementContext): Promise<readonly DiscoveredPort[]> {
  const { metrics, telemetry } = context.profile.promises.ports;
  const { ports } = context.target;
  const addresses = await readyAddresses(context);
  return addresses.flatMap((address) => [
    { name: metrics, address, port: reachedAt(ports.metrics) },
    ...(telemetry === undefined ? [] : [{ name: telemetry, address, port: reachedAt(ports.telemetry) }]),
  ]);
}

/** @param port as in Endpoints and EndpointSlices; a slice may have a port without a number, which is no port of the exporter */
function discovered(address: string, { name, port = 0 }: EndpointPort): DiscoveredPort {
  return { name: name ?? '', address, port };
}
