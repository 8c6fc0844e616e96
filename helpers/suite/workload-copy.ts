import { InstalledTarget } from '../exporter/installed.ts';
import { type Target, wholeOf } from '../exporter/target.ts';
import type { Container, PodSpec, Service, Workload } from '../kube/workload.ts';
import { memoizePerContext, type RequirementContext } from './context.ts';
import { modestContainers } from './exporter-copy.ts';

/** The label by which a copy selects its pods, and its Service: with none of the exporter's, nothing of the exporter's selects them. */
const copyLabel = 'conformance.kube-state-metrics/copy';

/** The fields of a pod template that keep a copy from running beside the exporter. */
type Placement = PodSpec & {
  readonly hostNetwork?: boolean;
  readonly affinity?: { readonly podAffinity?: object; readonly podAntiAffinity?: object };
  readonly topologySpreadConstraints?: readonly object[];
};

/**
 * Why a copy of the workloads beside the exporter would not prove the same as the exporter itself.
 * @returns a sentence about the first workload that cannot be copied; undefined where all can
 */
export function whyNotCopied(workloads: readonly Pick<Target, 'workload' | 'objects'>[]): string | undefined {
  for (const { workload, objects } of workloads) {
    const { kind, metadata } = workload;
    const spec = workload.spec.template.spec as Placement;
    const ports = spec.containers.flatMap((container) => container.ports ?? []) as readonly { readonly hostPort?: number }[];
    // Its name is that of its shard, or its nodes are those of the exporter.
    if (kind !== 'Deployment') return `The pods of the ${kind} ${metadata.name} have places of their own.`;
    if (spec.hostNetwork || ports.some(({ hostPort }) => hostPort))
      return `The Deployment ${metadata.name} uses ports of its node.`;
    if (spec.affinity?.podAffinity || spec.affinity?.podAntiAffinity || spec.topologySpreadConstraints)
      return `The Deployment ${metadata.name} is placed by other pods.`;
    if (spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim))
      return `The Deployment ${metadata.name} has a volume that one pod at a time can use.`;
    const policy = objects.find((object) => object.kind === 'NetworkPolicy');
    if (policy) return `The NetworkPolicy ${policy.metadata.name} selects pods by labels that no copy has.`;
  }
  return undefined;
}

/**
 * A copy of a workload and of its Service: the same pods, probes, update strategy, account and ports, under another name, with requests so small
 * that they fit on a node that the exporter mostly fills, and with a readiness probe that is tried every second.
 * @param name of the Deployment and the Service, and the value of the label by which they select
 */
export function copyOfWorkload(target: Target, name: string): Target {
  const { namespace } = target;
  const labels = { [copyLabel]: name };
  const { template } = target.workload.spec;
  const containers = modestContainers(target).map(promptlyReady);
  const container = containers.find((each) => each.name === target.container.name) ?? target.container;
  const workload: Workload = {
    apiVersion: target.workload.apiVersion,
    kind: target.workload.kind,
    metadata: { name, namespace } as Workload['metadata'],
    spec: {
      ...target.workload.spec,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...template.metadata, labels }, spec: { ...template.spec, containers } },
    },
  };
  const service = serviceOf(target.service, { name, namespace, labels });
  const fqdn = (domain: string) => `${name}.${namespace}.svc.${domain}`;
  return { ...target, workload, container, service, selector: labels, podLabels: labels, fqdn };
}

/**
 * Tries the readiness probe every second; a failure counts after the same time. The period only decides when the kubelet notices that the
 * exporter answers, up to 10 s later by default.
 */
function promptlyReady(container: Container): Container {
  const { readinessProbe } = container;
  if (readinessProbe === undefined) return container;
  const { periodSeconds = 10, failureThreshold = 3, successThreshold = 1 } = readinessProbe;
  if (successThreshold > 1) return container;
  return {
    ...container,
    readinessProbe: { ...readinessProbe, periodSeconds: 1, failureThreshold: failureThreshold * periodSeconds },
  };
}

/** A Service with the same ports, and none of the addresses, of another one. */
function serviceOf({ apiVersion, kind, spec }: Service, copy: { name: string; namespace: string; labels: object }): Service {
  const { clusterIP, publishNotReadyAddresses, ports = [] } = spec as Service['spec'] & { publishNotReadyAddresses?: boolean };
  const { name, namespace, labels } = copy;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace } as Service['metadata'],
    spec: {
      ...(clusterIP === 'None' && { clusterIP }),
      ...(publishNotReadyAddresses !== undefined && { publishNotReadyAddresses }),
      selector: labels as Service['spec']['selector'] & object,
      ports: ports.map(({ name: port, port: number, targetPort, protocol }) => ({
        ...(port !== undefined && { name: port }),
        ...(targetPort !== undefined && { targetPort }),
        ...(protocol !== undefined && { protocol }),
        port: number,
      })),
    },
  };
}

/** A context with copies of the exporter in its place. */
export interface CopiedContext {
  /** The original one where the exporter cannot be copied. */
  readonly context: RequirementContext;
  /** Removes the copies before the end of the run, so that they neither take part in what follows nor fail with it. */
  remove(): Promise<void>;
}

/**
 * A function that makes copies of a context's workloads, once for each context. What it creates is removed at the end of the run.
 * @param name the beginning of the copies' names
 * @param whole whether all workloads are copied, and not just that of the context
 */
export function withCopies(name: string, whole: boolean): (context: RequirementContext) => Promise<CopiedContext> {
  return memoizePerContext(async (context: RequirementContext) => {
    const { client, run, scratch, unique } = context;
    const originals = whole ? context.workloads : [context.exporter];
    const [original, ...others] = originals.map(({ target }) => target);
    // In a cluster that exists, what the namespace has for the exporter by its labels need not be there for a copy.
    const isForeign = run.clusterKind === 'kubeconfig';
    if (original === undefined || isForeign || whyNotCopied([original, ...others]) !== undefined)
      return { context, remove: () => Promise.resolve() };
    const targets = [
      copyOfWorkload(original, `${name}-${unique}`),
      ...others.map((target, index) => copyOfWorkload(target, `${name}-${unique}-${index + 1}`)),
    ] as const;
    const created = await Promise.all(
      targets.flatMap(({ workload, service }) => [workload, service]).map((object) => scratch.create(object)),
    );
    const target = wholeOf(targets);
    const workloads = targets.map((each, index) => new InstalledTarget(client, each, originals[index]));
    return {
      context: { ...context, target, exporter: new InstalledTarget(client, target, originals[0]), workloads },
      remove: async () => void (await Promise.all(created.map((object) => scratch.remove(object)))),
    };
  });
}
