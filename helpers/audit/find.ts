import { type ServiceMonitor, selectedServices } from '../../specs/consumers/service-monitor.ts';
import { UsageError } from '../errors.ts';
import { accessOf } from '../exporter/access.ts';
import { exporterContainer, runsExporter } from '../exporter/find.ts';
import { portsOf } from '../exporter/ports.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { referenceOf } from '../kube/reference.ts';
import { type Deployment, type Service, selects } from '../kube/workload.ts';
import type { Right } from '../suite/audit-rights.ts';

/**
 * The Deployment of an exporter that runs, found by a selector of its own labels or of those of its pods, in any namespace.
 * @throws UsageError when there is none, when there are several, and when the caller may not look
 */
export async function findDeployed(client: KubeClient, labelSelector: string): Promise<Deployment> {
  const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const selected = await looking(() => client.list<Deployment>(deployments, { labelSelector }));
  const candidates = selected.length > 0 ? selected : await ownersOfPods(client, labelSelector);
  // A label of a whole release selects more than the exporter; an only one may run an image of another name.
  const exporters = candidates.length === 1 ? candidates : candidates.filter(isExporter);
  const [deployment] = exporters;
  if (deployment && exporters.length === 1) return deployment;
  if (exporters.length > 1) {
    throw new UsageError(
      `${labelSelector} selects ${exporters.length} Deployments of kube-state-metrics: ${namesOf(exporters)}. Name a label of one alone.`,
    );
  }
  const others = (await looking(() => client.list<Deployment>(deployments))).filter(isExporter);
  throw new UsageError(
    `${labelSelector} selects no Deployment of kube-state-metrics and no pod of one. ` +
      (others.length > 0 ? `There is ${namesOf(others)}; look at its labels.` : 'The cluster has none at all.'),
  );
}

/**
 * What belongs to a Deployment that runs, as far as the caller may see it: what a user would otherwise have as manifests.
 * @param rights which of roles and ServiceMonitors can be had as well
 * @throws UsageError when no Service leads to it
 */
export async function whatBelongsTo(
  client: KubeClient,
  deployment: Deployment,
  rights: ReadonlySet<Right>,
): Promise<readonly KubernetesObject[]> {
  const { namespace = 'default' } = deployment.metadata;
  const core = (kind: string) => ({ apiVersion: 'v1', kind, namespace });
  const services = await looking(() => client.list<Service>(core('Service')));
  const accounts = await looking(() => client.list(core('ServiceAccount')));
  const kinds = rights.has('roles') ? ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'] : [];
  const roles = await Promise.all(kinds.map((kind) => client.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind })));
  const name = deployment.spec.template.spec.serviceAccountName ?? 'default';
  const access = accessOf(roles.flat(), { name, namespace });
  const service = serviceOf(deployment, services);
  return [
    deployment,
    service,
    ...(rights.has('monitors') ? await monitorsOf(client, service) : []),
    ...accounts.filter(({ metadata }) => metadata.name === name),
    ...access.bindings,
    ...access.roles,
  ];
}

/** The Service that leads to the exporter's metrics; of several the first by name, as each of them would do. */
function serviceOf(deployment: Deployment, all: readonly Service[]): Service {
  const container = exporterContainer(deployment);
  const selecting = all.filter(({ spec }) => selects(spec.selector, deployment.spec.template.metadata?.labels));
  const leading = selecting.filter((service) => portsOf(container, service).metrics.servicePort !== undefined);
  const [service] = [...leading].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  if (service) return service;
  throw new UsageError(
    `No Service leads to the metrics of ${namesOf([deployment])}: wanted one that selects its pods and has port ` +
      `${portsOf(container, { spec: {} } as Service).metrics.number} behind it; its namespace has ${namesOf(all) || 'none'}.`,
  );
}

/** The ServiceMonitors that select the Service, and the one that has its name and is therefore meant to. */
async function monitorsOf(client: KubeClient, { metadata: { namespace, name } }: Service): Promise<readonly ServiceMonitor[]> {
  const of = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' };
  if (!client.mapper.serves(of.apiVersion, of.kind)) return [];
  const all = await client.list<ServiceMonitor>(of);
  const selecting = await Promise.all(
    all.map(async (monitor) =>
      (await selectedServices(client, monitor)).some(
        ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
      ),
    ),
  );
  return all.filter(({ metadata }, index) => selecting[index] || (metadata.namespace === namespace && metadata.name === name));
}

async function ownersOfPods(client: KubeClient, labelSelector: string): Promise<readonly Deployment[]> {
  const pods = await looking(() => client.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector }));
  const found = new Map<string, Deployment>();
  for (const pod of pods) {
    const set = await ownerOf(client, pod, 'ReplicaSet');
    const deployment = set && (await ownerOf<Deployment>(client, set, 'Deployment'));
    if (deployment) found.set(deployment.metadata.uid ?? deployment.metadata.name, deployment);
  }
  return [...found.values()];
}

async function ownerOf<O extends KubernetesObject>(
  client: KubeClient,
  { metadata: { ownerReferences = [], namespace = 'default' } }: KubernetesObject,
  kind: string,
): Promise<O | undefined> {
  const owner = ownerReferences.find((one) => one.kind === kind);
  return owner && looking(() => client.find<O>({ apiVersion: 'apps/v1', kind, namespace, name: owner.name }));
}

/** @throws UsageError instead of the API server's refusal: nothing has been started yet */
export async function looking<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 401)) throw error;
    throw new UsageError(`An audit has to find the exporter first, and may not: ${error.details}.`);
  }
}

function isExporter({ spec }: Deployment): boolean {
  return spec.template.spec.containers.some(runsExporter);
}

function namesOf(objects: readonly KubernetesObject[]): string {
  return objects
    .map(referenceOf)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .join(', ');
}
