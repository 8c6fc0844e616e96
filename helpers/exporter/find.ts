import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { type Binding, type Container, type Deployment, type Role, type Service, selects } from '../kube/workload.ts';
import { isExporterImage } from './image.ts';

const EXPORTER = 'kube-state-metrics';

/**
 * The exporter's Deployment: the one with an image named kube-state-metrics, or the only one.
 * @throws a UsageError without a Deployment, or when several could be the exporter's
 */
export function findDeployment(objects: readonly KubernetesObject[]): Deployment {
  const deployments = objects.filter((object): object is Deployment => object.kind === 'Deployment');
  if (deployments.length === 0) throw new UsageError(`The manifests hold no Deployment; they hold ${kindsOf(objects)}.`);

  const exporters =
    deployments.length === 1 ? deployments : deployments.filter(({ spec }) => spec.template.spec.containers.some(runsExporter));
  const [deployment] = exporters;
  if (!deployment || exporters.length > 1) {
    throw new UsageError(
      `The manifests hold ${deployments.length} Deployments (${namesOf(deployments)}), of which ${exporters.length} run an image named ` +
        `${EXPORTER}; expected exactly one.`,
    );
  }
  return deployment;
}

/**
 * The container with an image named kube-state-metrics, or the only one.
 * @throws a UsageError when several could be the exporter's
 */
export function exporterContainer(deployment: Deployment): Container {
  const containers = deployment.spec.template.spec.containers;
  const exporters = containers.length === 1 ? containers : containers.filter(runsExporter);
  const [container] = exporters;
  if (container && exporters.length === 1) return container;
  const images = containers.map(({ name, image }) => `${name}: ${image}`).join(', ');
  throw new UsageError(
    `${formatReference(referenceOf(deployment))} has the containers ${images || '(none)'}; expected exactly one with an image named ${EXPORTER}.`,
  );
}

/**
 * The Service that selects the Deployment's pods, or else the only one in its namespace, so that a wrong selector fails a requirement and
 * is no usage error.
 * @throws a UsageError without a Service, or when several could be the exporter's
 */
export function findService(objects: readonly KubernetesObject[], deployment: Deployment): Service {
  const namespace = deployment.metadata.namespace;
  const services = objects.filter(
    (object): object is Service => object.kind === 'Service' && object.metadata.namespace === namespace,
  );
  const selecting = services.filter(({ spec }) => selects(spec.selector, deployment.spec.template.metadata?.labels));
  const candidates = selecting.length > 0 ? selecting : services;
  const [service] = candidates;
  if (service && candidates.length === 1) return service;
  throw new UsageError(
    `Expected exactly one Service that selects the pods of ${formatReference(referenceOf(deployment))}; ` +
      `the manifests hold ${candidates.length === 0 ? 'none in its namespace' : namesOf(candidates)}.`,
  );
}

/** The objects with another image in the exporter's container. */
export function withImage(
  objects: readonly KubernetesObject[],
  deployment: Deployment,
  image: string,
): readonly KubernetesObject[] {
  const container = exporterContainer(deployment);
  const { template } = deployment.spec;
  const containers = template.spec.containers.map((each) => (each === container ? { ...each, image } : each));
  const changed: Deployment = {
    ...deployment,
    spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } },
  };
  return objects.map((object) => (object === deployment ? changed : object));
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

function binds({ roleRef, metadata }: Binding, { kind, metadata: { name, namespace } }: KubernetesObject): boolean {
  const sameNamespace = kind === 'ClusterRole' || namespace === metadata.namespace;
  return (kind === 'ClusterRole' || kind === 'Role') && kind === roleRef.kind && name === roleRef.name && sameNamespace;
}
