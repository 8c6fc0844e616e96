import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { type Container, type Deployment, type Service, selects } from '../kube/workload.ts';
import { repositoryOf } from './image.ts';

const EXPORTER = 'kube-state-metrics';

/**
 * The exporter's Deployment: the one that runs an image called kube-state-metrics, or the only one there is.
 * @throws a UsageError when there is none, or when several could be it
 */
export function findDeployment(objects: readonly KubernetesObject[]): Deployment {
  const all = objects.filter((object): object is Deployment => object.kind === 'Deployment');
  if (all.length === 0) throw new UsageError(`The manifests hold no Deployment; they hold ${kindsOf(objects)}.`);

  const exporters = all.length === 1 ? all : all.filter(({ spec }) => spec.template.spec.containers.some(runsExporter));
  const [deployment] = exporters;
  if (!deployment || exporters.length > 1) {
    throw new UsageError(
      `The manifests hold ${all.length} Deployments (${namesOf(all)}), of which ${exporters.length} run an image called ` +
        `${EXPORTER}; wanted exactly one that does.`,
    );
  }
  return deployment;
}

/**
 * The container of an image called kube-state-metrics, or the only one there is.
 * @throws a UsageError when several could be it
 */
export function exporterContainer(deployment: Deployment): Container {
  const all = deployment.spec.template.spec.containers;
  const exporters = all.length === 1 ? all : all.filter(runsExporter);
  const [container] = exporters;
  if (container && exporters.length === 1) return container;
  const images = all.map(({ name, image }) => `${name}: ${image}`).join(', ');
  throw new UsageError(
    `${formatReference(referenceOf(deployment))} has the containers ${images || '(none)'}; wanted exactly one of an image called ${EXPORTER}.`,
  );
}

/**
 * The Service that selects the Deployment's pods. Where none does and its namespace has a single one, that is meant, so that the
 * wrong selector is a requirement's failure and not a usage error.
 * @throws a UsageError when there is none, or when several could be it
 */
export function findService(objects: readonly KubernetesObject[], deployment: Deployment): Service {
  const namespace = deployment.metadata.namespace;
  const all = objects.filter((object): object is Service => object.kind === 'Service' && object.metadata.namespace === namespace);
  const selecting = all.filter(({ spec }) => selects(spec.selector, deployment.spec.template.metadata?.labels));
  const candidates = selecting.length > 0 ? selecting : all;
  const [service] = candidates;
  if (service && candidates.length === 1) return service;
  throw new UsageError(
    `Wanted exactly one Service that selects the pods of ${formatReference(referenceOf(deployment))}; ` +
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

/** Whether a container's image is called kube-state-metrics. */
export function runsExporter({ image }: Pick<Container, 'image'>): boolean {
  return repositoryOf(image).split('/').at(-1) === EXPORTER;
}

function namesOf(objects: readonly KubernetesObject[]): string {
  return objects.map(({ metadata }) => metadata.name).join(', ');
}

function kindsOf(objects: readonly KubernetesObject[]): string {
  return [...new Set(objects.map(({ kind }) => kind))].join(', ') || 'nothing at all';
}
