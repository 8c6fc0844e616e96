import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { type Binding, type Container, type Role, type Service, selects, type Workload } from '../kube/workload.ts';
import { isExporterImage } from './image.ts';

const EXPORTER = 'kube-state-metrics';

/** The kinds of workload that run an exporter, in the order in which a cluster is searched for them. */
export const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/**
 * The exporter's workloads: those with an image named kube-state-metrics, or the only one. Several are shares of one exporter.
 * @throws a UsageError when there is none
 */
export function findWorkloads(objects: readonly KubernetesObject[]): readonly Workload[] {
  const workloads = objects.filter((object): object is Workload => workloadKinds.includes(object.kind));
  if (workloads.length === 0) {
    throw new UsageError(`The manifests hold no Deployment, StatefulSet or DaemonSet; they hold ${kindsOf(objects)}.`);
  }
  const exporters = workloads.length === 1 ? workloads : workloads.filter(isExporter);
  if (exporters.length > 0) return exporters;
  throw new UsageError(
    `The manifests hold ${workloads.length} workloads (${namesOf(workloads)}), none of which runs an image named ${EXPORTER}; expected at least one.`,
  );
}

/**
 * The exporter's Deployment, for what installs or compares a single one.
 * @throws a UsageError when there is none, when there are several, or when it is another kind of workload
 */
export function findDeployment(objects: readonly KubernetesObject[]): Workload {
  const workloads = findWorkloads(objects);
  const [deployment] = workloads;
  if (deployment?.kind === 'Deployment' && workloads.length === 1) return deployment;
  throw new UsageError(
    `Expected one Deployment with an image named ${EXPORTER}; the manifests hold ${workloads.map(nameOf).join(', ')}.`,
  );
}

/** Whether a container of the workload has an image named kube-state-metrics. */
export function isExporter({ spec }: Workload): boolean {
  return spec.template.spec.containers.some(runsExporter);
}

/** `StatefulSet monitoring/kube-state-metrics` */
export function nameOf(workload: KubernetesObject): string {
  return formatReference(referenceOf(workload));
}

/**
 * The container with an image named kube-state-metrics, or the only one.
 * @throws a UsageError when several could be the exporter's
 */
export function exporterContainer(workload: Workload): Container {
  const containers = workload.spec.template.spec.containers;
  const exporters = containers.length === 1 ? containers : containers.filter(runsExporter);
  const [container] = exporters;
  if (container && exporters.length === 1) return container;
  const images = containers.map(({ name, image }) => `${name}: ${image}`).join(', ');
  throw new UsageError(
    `${nameOf(workload)} has the containers ${images || '(none)'}; expected exactly one with an image named ${EXPORTER}.`,
  );
}

/**
 * The Service that selects the workload's pods, or else the only one in its namespace, so that a wrong selector fails a requirement and
 * is no usage error.
 * @throws a UsageError without a Service, or when several could be the exporter's
 */
export function findService(objects: readonly KubernetesObject[], workload: Workload): Service {
  const namespace = workload.metadata.namespace;
  const services = objects.filter(
    (object): object is Service => object.kind === 'Service' && object.metadata.namespace === namespace,
  );
  const selecting = services.filter(({ spec }) => selects(spec.selector, workload.spec.template.metadata?.labels));
  const candidates = selecting.length > 0 ? selecting : services;
  const [service] = candidates;
  if (service && candidates.length === 1) return service;
  throw new UsageError(
    `Expected exactly one Service that selects the pods of ${nameOf(workload)}; ` +
      `the manifests hold ${candidates.length === 0 ? 'none in its namespace' : namesOf(candidates)}.`,
  );
}

/** The objects with another image in the exporter's container of each workload: its own, replaced. */
export function withImage(
  objects: readonly KubernetesObject[],
  workloads: readonly Workload[],
  imageFor: (own: string) => string,
): readonly KubernetesObject[] {
  const changed = new Map<KubernetesObject, Workload>(
    workloads.map((workload) => {
      const container = exporterContainer(workload);
      const { template } = workload.spec;
      const image = imageFor(container.image);
      const containers = template.spec.containers.map((each) => (each === container ? { ...each, image } : each));
      const spec = { ...workload.spec, template: { ...template, spec: { ...template.spec, containers } } };
      return [workload, { ...workload, spec }];
    }),
  );
  return objects.map((object) => changed.get(object) ?? object);
}

/** The images of the exporter's pods, their sidecars' among them. */
export function imagesOf(objects: readonly KubernetesObject[]): readonly string[] {
  const images = findWorkloads(objects).flatMap(({ spec }) => {
    const { initContainers = [], containers } = spec.template.spec;
    return [...initContainers, ...containers].map(({ image }) => image);
  });
  return [...new Set(images)];
}

/** Whether a container's image is named kube-state-metrics. */
export function runsExporter({ image }: Pick<Container, 'image'>): boolean {
  return isExporterImage(image);
}

function namesOf(objects: readonly KubernetesObject[]): string {
  return objects.map(({ metadata }) => metadata.name).join(', ');
}

function kindsOf(objects: readonly KubernetesObject[]): string {
  return [...new Set(objects.map(({ kind }) => kind))].join(', ') || 'no objects';
}

/** The bindings and roles of a ServiceAccount. */
export interface Access {
  readonly bindings: readonly Binding[];
  /** The bound roles that are among the objects. */
  readonly roles: readonly Role[];
}

/** The bindings with the ServiceAccount as a subject, and their roles. */
export function accessOf(objects: readonly KubernetesObject[], account: { name: string; namespace: string }): Access {
  const isBinding = (object: KubernetesObject): object is Binding =>
    object.kind === 'ClusterRoleBinding' || object.kind === 'RoleBinding';
  const bindings = objects
    .filter(isBinding)
    .filter(({ subjects = [] }) =>
      subjects.some(
        ({ kind, name, namespace }) => kind === 'ServiceAccount' && name === account.name && namespace === account.namespace,
      ),
    );
  const isBound = (object: KubernetesObject): object is Role => bindings.some((binding) => binds(binding, object));
  return { bindings, roles: objects.filter(isBound) };
}

/** Whether a binding binds a role: of that kind and name, and a Role in the namespace of the binding. */
export function binds({ roleRef, metadata }: Binding, { kind, metadata: { name, namespace } }: KubernetesObject): boolean {
  const sameNamespace = kind === 'ClusterRole' || namespace === metadata.namespace;
  return (kind === 'ClusterRole' || kind === 'Role') && kind === roleRef.kind && name === roleRef.name && sameNamespace;
}
