import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { readyAddresses } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

interface Port {
  readonly name?: string | null;
  readonly port: number;
}

export interface Endpoints extends KubernetesObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly Port[];
  }[];
}

interface EndpointSlice extends KubernetesObject {
  readonly endpoints?:
    | readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[]
    | null;
  readonly ports?: readonly Port[] | null;
}

/** A port at an address, as discovery names it. */
export interface Discovered {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** One way to find the ready pods behind the exporter's Service. */
type Discovery = (context: RequirementContext) => Promise<readonly Discovered[]>;

/** How long discovery may take to follow the pods, in milliseconds. */
const discoveryBudget = seconds(10);

/** What the Endpoints of the Service name as ready. Source: Prometheus, kubernetes_sd_config: role endpoints. */
export const fromEndpoints: Discovery = async ({ client, target }) => {
  const found = await client.find<Endpoints>({ ...referenceOf(target.service), kind: 'Endpoints' });
  return (found?.subsets ?? []).flatMap(({ addresses = [], ports = [] }) =>
    addresses.flatMap(({ ip }) => ports.map((port) => discovered(ip, port))),
  );
};

/** What all slices of the Service name as ready. Source: Kubernetes, EndpointSlices: conditions, where none means ready. */
export const fromSlices: Discovery = async ({ client, target }) => {
  const { name, namespace = 'default' } = target.service.metadata;
  const slices = await client.list<EndpointSlice>(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace },
    { labelSelector: `kubernetes.io/service-name=${name}` },
  );
  return slices.flatMap(({ endpoints, ports }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses }) => addresses.flatMap((address) => (ports ?? []).map((port) => discovered(address, port)))),
  );
};

/**
 * Waits until discovery names both ports of every Ready pod under the names that scrape configurations rely on, and nothing else.
 * @returns what it names
 */
export async function agreesWithPods(context: RequirementContext, discovery: Discovery): Promise<readonly Discovered[]> {
  const { named } = await waitFor({
    what: `both ports of the exporter's Ready pods behind ${context.target.service.metadata.name}, and no other`,
    within: discoveryBudget,
    observe: async () => {
      await context.exporter.readyPod();
      const [named, pods] = await Promise.all([discovery(context), portsOfPods(context)]);
      return { named, pods };
    },
    until: ({ named, pods }) => pods.length > 0 && written(named) === written(pods),
    describe: ({ named, pods }) => `${written(named) || 'nothing'}, for the pods' ${written(pods) || 'nothing'}`,
  });
  return named;
}

/** Where discovery says that one of the exporter's ports is. */
export async function discoveredPort(context: RequirementContext, purpose: 'metrics' | 'telemetry'): Promise<Discovered> {
  const name = context.profile.promises.ports[purpose];
  const found = await waitFor({
    what: `an address of the port ${name} in the Endpoints of ${context.target.service.metadata.name}`,
    within: discoveryBudget,
    observe: () => fromEndpoints(context),
    until: (all) => all.some((one) => one.name === name),
    describe: (all) => written(all) || 'nothing',
  });
  return found.find((one) => one.name === name) as Discovered;
}

/** `http://10.42.0.7:8080/metrics` */
export function urlOf({ address, port }: Discovered, path: string): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}${path}`;
}

/** `http-metrics 10.42.0.7:8080, telemetry 10.42.0.7:8081` */
export function written(all: readonly Discovered[]): string {
  return all
    .map(({ name, address, port }) => `${name} ${address}:${port}`)
    .sort()
    .join(', ');
}

async function portsOfPods(context: RequirementContext): Promise<readonly Discovered[]> {
  const { metrics, telemetry } = context.profile.promises.ports;
  const { ports } = context.target;
  const addresses = await readyAddresses(context);
  return addresses.flatMap((address) => [
    { name: metrics, address, port: ports.metrics.number },
    { name: telemetry, address, port: ports.telemetry.number },
  ]);
}

function discovered(address: string, { name, port }: Port): Discovered {
  return { name: name ?? '', address, port };
}
