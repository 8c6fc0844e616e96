import { reachedAt } from '../../helpers/exporter/ports.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Endpoints } from '../../helpers/kube/types.ts';
import type { Labels, Service } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/** The fields that the suite reads. Source: prometheus-operator, API reference: monitoring.coreos.com/v1. */
export interface ServiceMonitor extends KubernetesObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
    readonly endpoints: readonly {
      readonly port?: string;
      readonly targetPort?: string | number;
      readonly honorLabels?: boolean;
    }[];
  };
}

interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

type Context = Pick<RequirementContext, 'client' | 'target' | 'profile'>;

/**
 * The ServiceMonitor of the manifests, or, without one, the ServiceMonitor for the labels and ports of the profile. Where the workloads have
 * a Service each, their ServiceMonitors are for the labels of these, as the profile's are common to all.
 */
export function monitorOf({
  target,
  profile,
  workloads,
}: Pick<RequirementContext, 'target' | 'profile' | 'workloads'>): ServiceMonitor {
  const own = target.objects.find((object): object is ServiceMonitor => object.kind === 'ServiceMonitor');
  const { ports } = profile.promises;
  const services = new Set(workloads.map(({ target: { service } }) => service.metadata.name));
  const isCommon = services.size === 1 && profile.features.includes('common-labels');
  const labels = isCommon ? profile.promises.labels : labelsToSelect(target.service);
  return (
    own ?? {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: target.service.metadata.name, namespace: target.namespace },
      spec: {
        selector: { matchLabels: labels },
        // Without honorLabels, the labels of the target would replace those of the exposed pods.
        endpoints: [
          { port: ports.metrics, honorLabels: true },
          ...(ports.telemetry === undefined ? [] : [{ port: ports.telemetry }]),
        ],
      },
    }
  );
}

/** The labels by which a user would select a Service that promises none: all but the release, which an upgrade changes. */
function labelsToSelect({ metadata }: Service): Labels {
  const entries = Object.entries(metadata.labels ?? {});
  return Object.fromEntries(entries.filter(([key]) => key !== 'app.kubernetes.io/version' && key !== 'helm.sh/chart'));
}

/** The namespaces whose Services a ServiceMonitor selects; undefined for every namespace. */
export function namespacesOf({ metadata, spec }: ServiceMonitor): readonly string[] | undefined {
  const { any = false, matchNames = [] } = spec.namespaceSelector ?? {};
  if (any) return undefined;
  return matchNames.length > 0 ? matchNames : [metadata.namespace ?? 'default'];
}

/** The reasons why a ServiceMonitor does not lead to the exporter, or leads to others as well, a line each. */
export async function monitorFaults({ client, target }: Context, monitor: ServiceMonitor): Promise<readonly string[]> {
  const services = await selectedServices(client, monitor);
  const { name, namespace = 'default' } = target.service.metadata;
  const isOwn = ({ metadata }: Service) => metadata.name === name && metadata.namespace === namespace;
  const otherServices = services
    .filter((service) => !isOwn(service))
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const selector = selectorText(monitor.spec.selector);
  if (!services.some(isOwn)) {
    const where = namespacesOf(monitor)?.join(', ') ?? 'every namespace';
    return [
      `${selector} in ${where} does not select the Service ${namespace}/${name}; it selects ${otherServices.join(', ') || 'none'}`,
    ];
  }
  const endpoints = await client.find<Endpoints>({ apiVersion: 'v1', kind: 'Endpoints', namespace, name });
  const ports = (endpoints?.subsets ?? []).flatMap((subset) => subset.ports ?? []);
  const numbers = Object.values(target.ports).map(reachedAt);
  const wrongPorts = monitor.spec.endpoints.flatMap(({ port, targetPort }) => {
    const found = ports.filter((endpoint) => (port === undefined ? endpoint.port === targetPort : endpoint.name === port));
    if (found.length === 0) return [`no endpoint of ${name} has the port ${port ?? targetPort}; they have ${portsText(ports)}`];
    return found
      .filter((endpoint) => !numbers.includes(endpoint.port))
      .map((endpoint) => `the port ${port ?? targetPort} leads to ${endpoint.port}, where the exporter does not listen`);
  });
  return [...otherServices.map((other) => `${selector} also selects the Service ${other}`), ...wrongPorts];
}

/** The selector as the query parameter `labelSelector`. Source: Kubernetes, Labels and Selectors. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const operators: Readonly<Record<string, (key: string, values: string) => string>> = {
    In: (key, values) => `${key} in (${values})`,
    NotIn: (key, values) => `${key} notin (${values})`,
    Exists: (key) => key,
    DoesNotExist: (key) => `!${key}`,
  };
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values = [] }) => operators[operator]?.(key, values.join(',')) ?? key),
  ].join(',');
}

/** The Services that a ServiceMonitor selects. */
export async function selectedServices(client: KubeClient, monitor: ServiceMonitor): Promise<readonly Service[]> {
  const collection = { apiVersion: 'v1', kind: 'Service' };
  const query = { labelSelector: selectorText(monitor.spec.selector) };
  const namespaces = namespacesOf(monitor);
  if (!namespaces) return client.list<Service>(collection, query);
  return (await Promise.all(namespaces.map((namespace) => client.list<Service>({ ...collection, namespace }, query)))).flat();
}

function portsText(ports: readonly { readonly name?: string | null; readonly port: number }[]): string {
  return ports.map(({ name, port }) => `${name ?? 'a port without a name'} (${port})`).join(', ') || 'none';
}
