import { UsageError } from '../errors.ts';
import { isExporterImage, tagOf } from '../exporter/image.ts';
import { argumentsIn } from '../exporter/ports.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Node } from '../kube/types.ts';
import { formatVersion, parseVersion } from '../version.ts';

/** A container of an exporter in a cluster. */
export interface RunningExporter {
  /** `namespace/name` */
  readonly pod: string;
  readonly image: string;
  /** `v2.6.0`; undefined if the image's tag is not a version. */
  readonly version: string | undefined;
  readonly args: readonly string[];
}

interface ExporterPod extends KubernetesObject {
  readonly spec?: { readonly containers?: readonly Container[]; readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

interface Container {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath?: string } };
  }[];
}

const TERMINATED = new Set(['Failed', 'Succeeded']);

/** Whether an object describes the exporter or the cluster, and is kept when the others are stored. */
export function isNotable(object: KubernetesObject): boolean {
  return object.kind === 'Node' || runningExporters([object]).length > 0;
}

/** The containers with an image named kube-state-metrics, in pods that have not terminated. */
export function runningExporters(objects: readonly KubernetesObject[]): readonly RunningExporter[] {
  return objects.filter(isLivePod).flatMap((pod) =>
    (pod.spec?.containers ?? [])
      .filter(({ image = '' }) => isExporterImage(image))
      .map((container) => ({
        pod: `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`,
        image: container.image ?? '',
        version: versionOf(container.image ?? ''),
        args: argumentsIn(container, pod),
      })),
  );
}

/**
 * The exporter's release and arguments: those of the options, or else of the only pod that runs an exporter. Of several shards these
 * are the arguments that all have in common, as they must.
 * @throws a UsageError if there is no such pod, more than one, or its release is not known
 */
export function chooseExporter(
  objects: readonly KubernetesObject[],
  options: { readonly exporter?: string; readonly args?: readonly string[] },
  shards = 1,
): { readonly version: string; readonly args: readonly string[] } {
  if (options.exporter !== undefined && options.args !== undefined)
    return { version: options.exporter, args: shards === 1 ? options.args : withoutShard(options.args) };
  const pods = runningExporters(objects);
  const running = shards === 1 ? pods : shardsAsOne(pods);
  const candidates = options.exporter === undefined ? running : running.filter(({ version }) => version === options.exporter);
  const [only] = candidates;
  if (candidates.length > 1) {
    const names = candidates.map(({ pod, image }) => `${pod} (${image})`).join(', ');
    throw new UsageError(`Several pods run an exporter, ${names}: set --exporter and --args.`);
  }
  if (options.exporter !== undefined) return { version: options.exporter, args: only?.args ?? [] };
  if (!only) {
    throw new UsageError('No pod among the objects runs an image named kube-state-metrics: set its release with --exporter.');
  }
  if (only.version === undefined) {
    throw new UsageError(`The image ${only.image} of ${only.pod} has no release as its tag: set it with --exporter.`);
  }
  return { version: only.version, args: options.args && shards > 1 ? withoutShard(options.args) : (options.args ?? only.args) };
}

/** The shards of an exporter, which have the same release and arguments, as one without the options of its shard. */
function shardsAsOne(pods: readonly RunningExporter[]): readonly RunningExporter[] {
  const common = new Map<string, RunningExporter>();
  for (const pod of pods) {
    const args = withoutShard(pod.args);
    const key = JSON.stringify([pod.version, args]);
    if (!common.has(key)) common.set(key, { ...pod, args });
  }
  return [...common.values()];
}

const OF_A_SHARD = /^--?(?:shard|pod|pod-namespace)(=|$)/;

/** The arguments that all shards have in common, the total among them. */
function withoutShard(args: readonly string[]): readonly string[] {
  const isValue = (index: number) => OF_A_SHARD.exec(args[index - 1] ?? '')?.[1] === '';
  return args.filter((arg, index) => !OF_A_SHARD.test(arg) && !isValue(index));
}

/** The release of the newest kubelet, `v1.34.1+k3s1`; undefined without a Node. */
export function kubernetesOf(objects: readonly KubernetesObject[]): string | undefined {
  const kubelets = objects.filter((object): object is Node => object.kind === 'Node' && object.apiVersion === 'v1');
  return kubelets
    .map(({ status }) => status?.nodeInfo?.kubeletVersion ?? '')
    .filter((version) => /^v?\d+\.\d+/.test(version))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}

function isLivePod(object: KubernetesObject): object is ExporterPod {
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') return false;
  return !TERMINATED.has((object as ExporterPod).status?.phase ?? '');
}

function versionOf(image: string): string | undefined {
  const tag = tagOf(image) ?? '';
  return /^v?\d+\.\d+/.test(tag) ? formatVersion(parseVersion(tag)) : undefined;
}
