import { type ServiceMonitor, selectedServices } from '../../specs/consumers/service-monitor.ts';
import { UsageError } from '../errors.ts';
import { accessOf, exporterContainer, isExporter, workloadKinds } from '../exporter/find.ts';
import { mountedConfigMaps, withInlineConfig } from '../exporter/mounted.ts';
import { portsOf, reachedAt } from '../exporter/ports.ts';
import { withFronts } from '../exporter/secured.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { referenceOf } from '../kube/reference.ts';
import { type Service, selects, type Workload } from '../kube/workload.ts';
import type { Right } from '../suite/audit-rights.ts';

/**
 * Finds the workloads of an exporter in any namespace, by a selector of their own labels or of those of their pods. Several in one
 * namespace are its shares.
 * @throws UsageError when there is none, when they are in several namespaces, or when the caller may not list them
 */
export async function findDeployed(client: KubeClient, labelSelector: string): Promise<readonly Workload[]> {
  const { workloads: selected, denied } = await listWorkloads(client, { labelSelector });
  const candidates = selected.length > 0 ? selected : await ownersOfPods(client, labelSelector);
  // The labels of a whole Helm release also select other workloads; a single one may have an image with another name.
  const exporters = candidates.length === 1 ? candidates : candidates.filter(isExporter);
  const namespaces = new Set(exporters.map(({ metadata }) => metadata.namespace));
  if (namespaces.size > 1) {
    throw new UsageError(
      `${labelSelector} selects workloads of kube-state-metrics in ${namespaces.size} namespaces: ${namesOf(exporters)}. Use a label that only one exporter has.`,
    );
  }
  if (exporters.length > 0) return exporters;
  const elsewhere = (await listWorkloads(client)).workloads.filter(isExporter);
  const unlisted = denied.length > 0 ? ` You may not list ${denied.join(' and ')}, so that one of these would not be found.` : '';
  throw new UsageError(
    `${labelSelector} selects no workload of kube-state-metrics and no pod of one. ` +
      (elsewhere.length > 0 ? `The cluster has ${namesOf(elsewhere)}: use its labels.` : 'The cluster has none.') +
      unlisted,
  );
}

/**
 * The exporters beside those that were found, in their namespace: shares that have other labels, of which an audit would know nothing.
 * @returns a sentence with the selector of a label that all of them have, where there is one; undefined without others
 */
export async function othersBeside(client: KubeClient, found: readonly Workload[]): Promise<string | undefined> {
  const namespace = found[0]?.metadata.namespace ?? 'default';
  const names = new Set(namesOf(found).split(', '));
  const { workloads } = await listWorkloads(client, { namespace });
  const others = workloads.filter((workload) => isExporter(workload) && !names.has(namesOf([workload])));
  if (others.length === 0) return undefined;
  const [first, ...rest] = [...found, ...others].map(({ metadata }) => metadata.labels ?? {});
  const shared = Object.entries(first ?? {}).filter(([key, value]) => rest.every((labels) => labels[key] === value));
  // A version is shared by exporters that have nothing else in common, and changes.
  const [label] = shared.filter(([key]) => !/version|chart/.test(key));
  const selector = label ? `, such as --audit ${label.join('=')}` : '';
  return `exporters beside it are not examined: ${namesOf(others)}; if they share the objects, use a label that all of them have${selector}`;
}

/** Lists the workloads of all kinds; a caller who may list Deployments alone can audit those. */
async function listWorkloads(
  client: KubeClient,
  { namespace, ...query }: { readonly labelSelector?: string; readonly namespace?: string } = {},
): Promise<{ readonly workloads: readonly Workload[]; readonly denied: readonly string[] }> {
  const lists = workloadKinds.map(async (kind) => {
    const listed = client.list<Workload>({ apiVersion: 'apps/v1', kind, ...(namespace !== undefined && { namespace }) }, query);
    if (kind === 'Deployment') return { kind, workloads: await withAuditAccess(() => listed) };
    return listed.then(
      (workloads) => ({ kind, workloads }),
      (error: unknown) => {
        if (error instanceof ApiError && error.status === 403) return { kind, workloads: undefined };
        throw error;
      },
    );
  });
  const kinds = await Promise.all(lists);
  return {
    workloads: kinds.flatMap(({ workloads = [] }) => workloads),
    denied: kinds.filter(({ workloads }) => workloads === undefined).map(({ kind }) => `${kind}s`),
  };
}

/**
 * The objects of a deployed exporter that the caller may read, in place of its manifests: workloads, the ConfigMaps that they mount,
 * Services, ServiceMonitors, accounts, bindings and roles.
 * @param rights whether the caller may read roles and ServiceMonitors
 * @throws UsageError when no Service has the metrics port of a workload's pods
 */
export async function relatedObjects(
  client: KubeClient,
  workloads: readonly Workload[],
  rights: ReadonlySet<Right>,
): Promise<readonly KubernetesObject[]> {
  const namespace = workloads[0]?.metadata.namespace ?? 'default';
  const core = (kind: string) => ({ apiVersion: 'v1', kind, namespace });
  const services = await withAuditAccess(() => client.list<Service>(core('Service')));
  const accounts = await withAuditAccess(() => client.list(core('ServiceAccount')));
  const kinds = rights.has('roles') ? ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'] : [];
  const roles = await Promise.all(kinds.map((kind) => client.list({ apiVersion: 'rbac.authorization.k8s.io/v1', kind })));
  const maps = [...new Set(workloads.flatMap(mountedConfigMaps))];
  const read = await Promise.all(maps.map((name) => readable(client.find({ ...core('ConfigMap'), name }))));
  const mounted = read.filter((map) => map !== undefined);
  const names = [...new Set(workloads.map(({ spec }) => spec.template.spec.serviceAccountName ?? 'default'))];
  const access = names.map((name) => accessOf(roles.flat(), { name, namespace }));
  const used = [...new Set(workloads.map((workload) => serviceOf(withInlineConfig(workload, mounted), services)))];
  const monitors = rights.has('monitors') ? await Promise.all(used.map((service) => monitorsOf(client, service))) : [];
  return [
    ...workloads,
    ...mounted,
    ...used,
    ...new Set(monitors.flat()),
    ...accounts.filter(({ metadata }) => names.includes(metadata.name)),
    ...new Set(access.flatMap(({ bindings }) => bindings)),
    ...new Set(access.flatMap(({ roles: bound }) => bound)),
  ];
}

/** What is read, or undefined where the caller may not: only an option of the exporter can require a file. */
async function readable<O>(read: Promise<O>): Promise<O | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/** The Service with the exporter's metrics port; the first by name of several. */
function serviceOf(workload: Workload, services: readonly Service[]): Service {
  const container = exporterContainer(workload);
  const selecting = services.filter(({ spec }) => selects(spec.selector, workload.spec.template.metadata?.labels));
  const { containers } = workload.spec.template.spec;
  const portsIn = (service: Service) => withFronts(portsOf(container, service), containers, service);
  const withPort = selecting.filter((service) => portsIn(service).metrics.servicePort !== undefined);
  const [service] = [...withPort].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  if (service) return service;
  throw new UsageError(
    `No Service leads to the metrics of ${namesOf([workload])}: expected one that selects its pods and has the target port ` +
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

async function ownersOfPods(client: KubeClient, labelSelector: string): Promise<readonly Workload[]> {
  const pods = await withAuditAccess(() => client.list({ apiVersion: 'v1', kind: 'Pod' }, { labelSelector }));
  const found = new Map<string, Workload>();
  for (const pod of pods) {
    const set = await ownerOf(client, pod, 'ReplicaSet');
    const owners = await Promise.all(workloadKinds.map((kind) => ownerOf<Workload>(client, set ?? pod, kind)));
    for (const owner of owners) if (owner) found.set(owner.metadata.uid ?? owner.metadata.name, owner);
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

function namesOf(objects: readonly KubernetesObject[]): string {
  return objects
    .map(referenceOf)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .join(', ');
}
