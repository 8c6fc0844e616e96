import type { KubernetesObject } from '../kube/object.ts';
import type { Container, Deployment, Labels, Probe, Service, ServiceAccount } from '../kube/workload.ts';
import type { Version } from '../version.ts';
import { type Access, accessOf, exporterContainer, findDeployment, findService, withImage } from './find.ts';
import { releaseOf, resolveImage } from './image.ts';
import { argumentsOf, type ExporterPorts, portsOf } from './ports.ts';
import { withFronts } from './secured.ts';

/** The exporter under test, derived from rendered manifests. */
export interface Target {
  /** `agent`, `standard`, `current`, or the path of the manifests. */
  readonly name: string;
  /** The applied objects, with the image of the run. */
  readonly objects: readonly KubernetesObject[];
  readonly namespace: string;
  readonly deployment: Deployment;
  readonly container: Container;
  readonly service: Service;
  /** The labels by which the Deployment selects its pods. */
  readonly selector: Labels;
  /** The labels of the pod template. */
  readonly podLabels: Labels;
  readonly serviceAccountName: string;
  /** Undefined if the account is not in the manifests, such as `default`. */
  readonly serviceAccount?: ServiceAccount;
  readonly access: Access;
  readonly image: string;
  /** The exporter's release. */
  readonly version: Version;
  /** The exporter's arguments. */
  readonly arguments: readonly string[];
  readonly ports: ExporterPorts;
  readonly probes: { readonly liveness?: Probe; readonly readiness?: Probe; readonly startup?: Probe };
  /** The Service's name in a cluster's DNS domain, without the final dot: `fqdn('cluster.local')`. */
  fqdn(domain: string): string;
}

export interface TargetOptions {
  readonly name: string;
  /** A full image or a tag that replaces the image in the manifests. */
  readonly image?: string;
}

/**
 * Derives the target from rendered manifests.
 * @throws a UsageError when they hold no Deployment of the exporter, more than one, or no Service for it
 */
export function deriveTarget(rendered: readonly KubernetesObject[], { name, image }: TargetOptions): Target {
  const found = findDeployment(rendered);
  const own = exporterContainer(found).image;
  const objects = image === undefined ? rendered : withImage(rendered, found, resolveImage(image, own));

  const deployment = findDeployment(objects);
  const { template, selector } = deployment.spec;
  const container = exporterContainer(deployment);
  const service = findService(objects, deployment);
  const namespace = deployment.metadata.namespace ?? 'default';
  const serviceAccountName = template.spec.serviceAccountName ?? 'default';
  const serviceAccount = objects.find(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' && metadata.name === serviceAccountName && (metadata.namespace ?? 'default') === namespace,
  );

  return {
    name,
    objects,
    namespace,
    deployment,
    container,
    service,
    selector: selector?.matchLabels ?? {},
    podLabels: template.metadata?.labels ?? {},
    serviceAccountName,
    ...(serviceAccount && { serviceAccount }),
    access: accessOf(objects, { name: serviceAccountName, namespace }),
    image: container.image,
    version: releaseOf(container.image, template.metadata?.labels?.['app.kubernetes.io/version']),
    arguments: argumentsOf(container),
    ports: withFronts(portsOf(container, service), template.spec.containers, service),
    probes: probesOf(container),
    fqdn: (domain) => `${service.metadata.name}.${namespace}.svc.${domain}`,
  };
}

function probesOf({ livenessProbe, readinessProbe, startupProbe }: Container): Target['probes'] {
  return {
    ...(livenessProbe && { liveness: livenessProbe }),
    ...(readinessProbe && { readiness: readinessProbe }),
    ...(startupProbe && { startup: startupProbe }),
  };
}
