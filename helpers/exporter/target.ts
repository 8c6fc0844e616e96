import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Container, Labels, Probe, Service, ServiceAccount, Workload } from '../kube/workload.ts';
import { formatVersion, type Version } from '../version.ts';
import {
  type Access,
  accessOf,
  exporterContainer,
  findDeployment,
  findService,
  findWorkloads,
  nameOf,
  withImage,
} from './find.ts';
import { releaseOf, resolveImage } from './image.ts';
import { argumentsWithFiles, withInlineConfig } from './mounted.ts';
import { type ExporterPorts, portsOf } from './ports.ts';
import { withFronts } from './secured.ts';
import { argumentsOfWhole, withoutShare } from './shares.ts';

/** The exporter under test, derived from rendered manifests: a workload, or all workloads that share the objects. */
export interface Target {
  /** `agent`, `standard`, `current`, or the path of the manifests. */
  readonly name: string;
  /** The applied objects, with the image of the run. */
  readonly objects: readonly KubernetesObject[];
  readonly namespace: string;
  /** The Deployment, StatefulSet or DaemonSet, with the options of `--config` as arguments; of several the first. */
  readonly workload: Workload;
  readonly container: Container;
  readonly service: Service;
  /** The labels by which the workload selects its pods. */
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
  /**
   * The exporter's arguments, with the content of the files that it mounts; where it may have shares, those without its share, and of
   * several workloads with the resources of all.
   */
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
  /** Which workloads the manifests may hold: `any`, which may share the objects, or one Deployment that exposes all (the default). */
  readonly workloads?: 'one Deployment' | 'any';
}

/**
 * Derives the target from rendered manifests.
 * @returns of several workloads the whole: the first one with the resources of all
 * @throws a UsageError when they hold no workload of the exporter, another one than is allowed, several releases, or no Service for one
 */
export function deriveTarget(rendered: readonly KubernetesObject[], options: TargetOptions): Target {
  if (options.workloads === 'any') return wholeOf(deriveWorkloads(rendered, options));
  const objects = withImageOf(rendered, [findDeployment(rendered)], options.image);
  const deployment = findDeployment(objects);
  return targetOf(deployment, objects, options.name);
}

/**
 * Derives a target from each workload of the exporter.
 * @throws a UsageError when there is none, when they have different releases, or when one has no Service
 */
export function deriveWorkloads(
  rendered: readonly KubernetesObject[],
  { name, image }: Omit<TargetOptions, 'workloads'>,
): readonly [Target, ...Target[]] {
  const objects = withImageOf(rendered, findWorkloads(rendered), image);
  const [first, ...others] = findWorkloads(objects).map((workload) => {
    const target = targetOf(workload, objects, name);
    return { ...target, arguments: withoutShare(target.arguments) };
  });
  if (first === undefined) throw new Error('findWorkloads found none and threw nothing.');
  const different = others.find(({ version }) => formatVersion(version) !== formatVersion(first.version));
  if (different) {
    throw new UsageError(
      `The manifests mix releases of kube-state-metrics: ${nameOf(first.workload)} has ${formatVersion(first.version)} and ` +
        `${nameOf(different.workload)} has ${formatVersion(different.version)}; expected one release, which --image sets for all.`,
    );
  }
  return [first, ...others];
}

/** All workloads as one target: the first, with the arguments of an exporter that exposes what all expose. */
export function wholeOf(targets: readonly [Target, ...Target[]]): Target {
  const [first, ...others] = targets;
  return others.length === 0 ? first : { ...first, arguments: argumentsOfWhole(targets.map((target) => target.arguments)) };
}

/** The workloads that run as the same ServiceAccount, in their order; those of a target are in one namespace. */
export function workloadsByAccount(targets: readonly Target[]): readonly (readonly [Target, ...Target[]])[] {
  const accounts = new Map<string, [Target, ...Target[]]>();
  for (const target of targets) {
    const members = accounts.get(target.serviceAccountName);
    if (members) members.push(target);
    else accounts.set(target.serviceAccountName, [target]);
  }
  return [...accounts.values()];
}

function withImageOf(
  rendered: readonly KubernetesObject[],
  workloads: readonly Workload[],
  image: string | undefined,
): readonly KubernetesObject[] {
  return image === undefined ? rendered : withImage(rendered, workloads, (own) => resolveImage(image, own));
}

function targetOf(applied: Workload, objects: readonly KubernetesObject[], name: string): Target {
  const workload = withInlineConfig(applied, objects);
  const { template, selector } = workload.spec;
  const container = exporterContainer(workload);
  const service = findService(objects, workload);
  const namespace = workload.metadata.namespace ?? 'default';
  const serviceAccountName = template.spec.serviceAccountName ?? 'default';
  const version = releaseOf(container.image, template.metadata?.labels?.['app.kubernetes.io/version']);
  const serviceAccount = objects.find(
    ({ kind, metadata }) =>
      kind === 'ServiceAccount' && metadata.name === serviceAccountName && (metadata.namespace ?? 'default') === namespace,
  );

  return {
    name,
    objects,
    namespace,
    workload,
    container,
    service,
    selector: selector?.matchLabels ?? {},
    podLabels: template.metadata?.labels ?? {},
    serviceAccountName,
    ...(serviceAccount && { serviceAccount }),
    access: accessOf(objects, { name: serviceAccountName, namespace }),
    image: container.image,
    version,
    arguments: argumentsWithFiles({ workload: applied, container: exporterContainer(applied), objects, version }),
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
