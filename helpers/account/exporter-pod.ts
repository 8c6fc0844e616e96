import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../errors.ts';
import { isExporterImage, tagOf } from '../exporter/image.ts';
import type { Mounts } from '../exporter/mounted.ts';
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
  /** What it mounts, of its namespace. */
  readonly files: () => Mounts & { readonly namespace: string | undefined };
}

interface ExporterPod extends KubernetesObject {
  readonly spec?: {
    readonly containers?: readonly Container[];
    readonly nodeName?: string;
    readonly volumes?: Mounts['volumes'];
  };
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
  readonly volumeMounts?: Mounts['mounts'];
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
        // Not before it is needed: a capture keeps the fields that are read.
        files: () => ({ mounts: container.volumeMounts, volumes: pod.spec?.volumes, namespace: pod.metadata.namespace }),
      })),
  );
}

/** An exporter, and what it mounts, as far as that is known. */
export interface ChosenExporter {
  readonly version: string;
  readonly args: readonly string[];
  readonly files?: RunningExporter['files'];
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
): ChosenExporter {
  if (options.exporter !== undefined && options.args !== undefined)
    return { version: options.exporter, args: shards === 1 ? options.args : withoutShard(options.args) };
  const running = distinct(runningExporters(objects), shards === 1 ? (args) => args : withoutShard);
  const ofRelease = running.filter(({ version }) => version === options.exporter);
  const candidates = ofRelease.length > 0 ? ofRelease : running;
  const [only] = candidates;
  if (candidates.length > 1) {
    const names = candidates.map(({ pod, image }) => `${pod} (${image})`).join(', ');
    throw new UsageError(`Several pods run an exporter, ${names}: set --exporter and --args.`);
  }
  const files = only && { files: only.files };
  if (options.exporter !== undefined) return { version: options.exporter, args: only?.args ?? [], ...files };
  if (!only) {
    throw new UsageError('No pod among the objects runs an image named kube-state-metrics: set its release with --exporter.');
  }
  if (only.version === undefined) {
    throw new UsageError(`The image ${only.image} of ${only.pod} has no release as its tag: set it with --exporter.`);
  }
  const args = options.args && shards > 1 ? withoutShard(options.args) : (options.args ?? only.args);
  return { version: only.version, args, ...files };
}

/** The pods whose exporters differ: replicas of one, and shards without the options of each, expose the same objects in the same way. */
function distinct(
  pods: readonly RunningExporter[],
  argumentsOf: (args: readonly string[]) => readonly string[],
): readonly RunningExporter[] {
  const known = new Map<string, RunningExporter>();
  for (const pod of pods) {
    const args = argumentsOf(pod.args);
    const { volumes = [], namespace } = pod.files();
    const mounted = volumes.flatMap(({ configMap }) => (configMap ? [namespace, configMap] : []));
    const key = JSON.stringify([pod.image, args, mounted]);
    if (!known.has(key)) known.set(key, { ...pod, args });
  }
  return [...known.values()];
}

const OF_A_SHARD = /^--?(?:shard|pod|pod-namespace)(=|$)/;

/** The arguments that all shards have in common, the total among them. */
function withoutShard(args: readonly string[]): readonly string[] {
  const isValue = (index: number) => OF_A_SHARD.exec(args[index - 1] ?? '')?.[1] === '';
  return args.filter((arg, index) => !OF_A_SHARD.test(arg) && !isValue(index));
}

/** The release and arguments of a captured exporter, and the release of its cluster. */
export interface RecordedExporter {
  readonly exporter: string;
  readonly kubernetes: string;
  readonly args: readonly string[];
}

/**
 * What a capture says of its exporter beside its objects, which lack what no sample follows from: the arguments of pods, and the files that they mount.
 * @param objects the path of the objects
 * @returns undefined if they are not those of a capture
 * @throws UsageError for a file of that name which says something else
 */
export function recordedExporter(objects: string): RecordedExporter | undefined {
  const path = join(dirname(objects), 'versions.json');
  if (basename(objects) !== 'objects.jsonl.gz' || !existsSync(path)) return undefined;
  const { exporter, kubernetes, args } = parsed(readFileSync(path, 'utf8'));
  if (typeof exporter === 'string' && typeof kubernetes === 'string' && Array.isArray(args))
    return { exporter, kubernetes, args };
  throw new UsageError(
    `${path} is not that of a capture: expected its exporter, kubernetes and args, as npm run capture writes them; record it again, or save the objects elsewhere.`,
  );
}

function parsed(text: string): Partial<RecordedExporter> {
  try {
    return JSON.parse(text) as Partial<RecordedExporter>;
  } catch {
    // Its caller names the file, and what is expected of it.
    return {};
  }
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
