import { type ServiceMonitor, selectedServices } from '../../specs/consumers/service-monitor.ts';
import { UsageError } from '../errors.ts';
import { accessOf, exporterContainer, runsExporter } from '../exporter/find.ts';
import { portsOf, reachedAt } from '../exporter/ports.ts';
import { withFronts } from '../exporter/secured.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { referenceOf } from '../kube/reference.ts';
import { type Deployment, type Service, selects } from '../kube/workload.ts';
import type { Right } from '../suite/audit-rights.ts';

/**
 * Finds the Deployment of an exporter in any namespace, by a selector of its own labels or of those of its pods.
 * @throws UsageError when there is none or several, or when the caller may not list them
 */
export async function findDeployed(client: KubeClient, labelSelector: string): Promise<Deployment> {
  const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const selected = await withAuditAccess(() => client.list<Deployment>(deployments, { labelSelector }));
  const candidates = selected.length > 0 ? selected : await ownersOfPods(client, labelSelector);
  // The labels of a whole Helm release also select other Deployments; a single Deployment may have an image with another name.
  const exporters = candidates.length === 1 ? candidates : candidates.filter(isExporter);
  const [deployment] = exporters;
  if (deployment && exporters.length === 1) return deployment;
  if (exporters.length > 1) {
    throw new UsageError(
      `${labelSelector} selects ${exporters.length} Deployments of kube-state-metrics: ${namesOf(exporters)}. Use a label that only one of them has.`,
    );
  }
  const elsewhere = (await withAuditAccess(() => client.list<Deployment>(deployments))).filter(isExporter);
  throw new UsageError(
    `${labelSelector} selects no Deployment of kube-state-metrics and no pod of one. ` +
      (elsewhere.length > 0 ? `The cluster has ${namesOf(elsewhere)}: use its labels.` : 'The cluster has none.'),
  );
}

/**
 * The objects of a deployed exporter that the caller may read, in place of its manifests: Deployment, Service, ServiceMonitors, account,
 * bindings and roles.
 * @param rights whether the caller may read roles and ServiceMonitors
 * @throws UsageError when no Service has the metrics port of its pods
 */
export async function relatedObjects(
  client: KubeClient,
  deployment: Deployment,
  rights: ReadonlySet<Right>,
): Promise<readonly KubernetesObject[]> {
  const { namespace = 'default' } = deployment.metadata;
  const core = (kind: string) => ({ apiVersion: 'v1', kind, namespace });
  const services = await withAuditAccess(() => client.list<Service>(core('Service')));
  const accounts = await withAuditAccess(() => client.list(core('ServiceAccount')));
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

/** The Service with the exporter's metrics port; the first by name of several. */
function serviceOf(deployment: Deployment, services: readonly Service[]): Service {
  const container = exporterContainer(deployment);
  const selecting = services.filter(({ spec }) => selects(spec.selector, deployment.spec.template.metadata?.labels));
  const { containers } = deployment.spec.template.spec;
  const portsIn = (service: Service) => withFronts(portsOf(container, service), containers, service);
  const withPort = selecting.filter((service) => portsIn(service).metrics.servicePort !== undefined);
  const [service] = [...withPort].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  if (service) return service;
  throw new UsageError(
    `No Service leads to the metrics of ${namesOf([deployment])}: expected one that selects its pods and has the target port ` +
      `${reachedAt(portsIn({ spec: {} } as Service).metrics)}; its namespace has ${namesOf(services) || 'none'}.`,
  );
}

/** The ServiceMonitors that select the Service, and the one with its name. */
async function monitorsOf(client: KubeClient, { metadata: { namespace, name } }: Service): Promise<readonly ServiceMonitor[]> {
  const monitorKind = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' };
  if (!client.mapper.serves(monitorKind.apiVersion, monitorKind.kind)) return [];
  const monitors = await client.list<ServiceMonitor>(monitorKind);
  const selecting = await Promise.all(
    monitors.map(async (monitor) =>
      (await selectedServices(client, monitor)).some(
        ({ metadata }) => metadata.namespace === namespace && metadata.name === name,
      ),
    ),
  );
  return monitors.filter(
    ({ metadata }, index) => selecting[index] || (metadata.namespace === namespace && metadata.name === name),
  );
}

async function ownersOfPods(client: KubeClient, labelSelector: string): Promise<readonly Deployment[]> {
  const pods = await withAuditAccess(() => client.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector }));
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
  const owner = ownerReferences.find((reference) => reference.kind === kind);
  return owner && withAuditAccess(() => client.find<O>({ apiVersion: 'apps/v1', kind, namespace, name: owner.name }));
}

/**
 * Runs a request to find the exporter.
 * @throws UsageError if the API server denies it, as nothing has been started yet
 */
export async function withAuditAccess<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 401)) throw error;
    throw new UsageError(`An audit needs permission to find the exporter: ${error.details}.`);
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
