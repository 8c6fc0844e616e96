import { UsageError } from '../../errors.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { formatVersion, parseVersion } from '../../version.ts';

/** An exporter as it runs in a cluster. */
export interface RunningExporter {
  readonly pod: string;
  readonly image: string;
  /** `v2.6.0`; undefined when the image's tag is no version. */
  readonly version: string | undefined;
  readonly args: readonly string[];
}

interface Pod extends KubernetesObject {
  readonly spec?: { readonly containers?: readonly Container[] };
  readonly status?: { readonly phase?: string };
}

interface Container {
  readonly image?: string;
  readonly args?: readonly string[];
}

const ENDED = new Set(['Failed', 'Succeeded']);

/** The containers of an image called kube-state-metrics, in pods that have not ended. */
export function runningExporters(objects: readonly KubernetesObject[]): readonly RunningExporter[] {
  return objects.filter(isLivePod).flatMap(({ metadata, spec }) =>
    (spec?.containers ?? []).filter(isExporter).map(({ image = '', args = [] }) => ({
      pod: `${metadata.namespace ?? ''}/${metadata.name}`,
      image,
      version: versionOf(image),
      args,
    })),
  );
}

/**
 * The release and the arguments to account for: what was given, else those of the one pod that runs an exporter.
 * @throws a UsageError when there is none or more than one to choose from.
 */
export function chooseExporter(
  objects: readonly KubernetesObject[],
  given: { readonly exporter?: string; readonly args?: readonly string[] },
): { readonly version: string; readonly args: readonly string[] } {
  if (given.exporter !== undefined && given.args !== undefined) return { version: given.exporter, args: given.args };
  const running = runningExporters(objects);
  const candidates = given.exporter === undefined ? running : running.filter(({ version }) => version === given.exporter);
  const [only] = candidates;
  if (candidates.length > 1) {
    const found = candidates.map(({ pod, image }) => `${pod} (${image})`).join(', ');
    throw new UsageError(`Several pods run an exporter, ${found}: say which one is accounted for with --exporter and --args.`);
  }
  if (given.exporter !== undefined) return { version: given.exporter, args: only?.args ?? [] };
  if (!only) {
    throw new UsageError('No pod among the objects runs an image called kube-state-metrics: give its release with --exporter.');
  }
  if (only.version === undefined) {
    throw new UsageError(`The image ${only.image} of ${only.pod} does not say its release: give it with --exporter.`);
  }
  return { version: only.version, args: given.args ?? only.args };
}

/** The release of the cluster, as the newest kubelet tells it; undefined without a Node. */
export function kubernetesOf(objects: readonly KubernetesObject[]): string | undefined {
  const kubelets = objects.filter((object): object is Node => object.kind === 'Node' && object.apiVersion === 'v1');
  return kubelets
    .map(({ status }) => status?.nodeInfo?.kubeletVersion ?? '')
    .filter((version) => /^v?\d+\.\d+/.test(version))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .at(-1);
}

interface Node extends KubernetesObject {
  readonly status?: { readonly nodeInfo?: { readonly kubeletVersion?: string } };
}

function isLivePod(object: KubernetesObject): object is Pod {
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') return false;
  return !ENDED.has((object as Pod).status?.phase ?? '');
}

function isExporter({ image = '' }: Container): boolean {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return /(^|\/)kube-state-metrics(-[a-z0-9]+)?$/.test(name);
}

function versionOf(image: string): string | undefined {
  const tag = /:([^/:@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  return /^v?\d+\.\d+/.test(tag) ? formatVersion(parseVersion(tag)) : undefined;
}
