import type { KubernetesObject } from '../../kube/object.ts';
import { parseVersion } from '../../version.ts';
import type { ExporterOptions } from '../arguments.ts';
import { exposedResources } from '../exposed.ts';
import type { Pod, PodSpec, PodStatus } from '../resources/pods/pod.ts';
import { pods } from '../resources/pods.ts';
import { contextOf, type Expected, type ResourceTable } from '../table.ts';

const SAMPLE = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const LABEL = /(?<name>\w+)="(?<value>[^"]*)"/g;

/**
 * The samples that a table expects of an object: sorted lines without the labels of `ResourceTable.labels`, such as
 * `kube_service_spec_type{type="ClusterIP"} 1`.
 */
export function samplesAsText<O extends KubernetesObject>(
  table: ResourceTable<O>,
  object: O,
  release: string,
  options: ExporterOptions = {},
): readonly string[] {
  const exporter = parseVersion(release);
  const context = contextOf(exporter, options);
  const read = exposedResources([table], exporter, { ...options, resources: new Set([table.resource]) });
  return read
    .flatMap(({ rows }) => rows.flatMap((row) => row.samples(object, context).map((sample) => line(row.name, sample))))
    .sort();
}

/**
 * Hand-written samples, one a line, with labels and lines in any order, in the form of `samplesAsText`.
 * @throws an Error with the line if it is not a sample.
 */
export function asText(written: string): readonly string[] {
  const lines = written.split('\n').map((text) => text.trim());
  return lines
    .filter((text) => text !== '')
    .map(parsed)
    .sort();
}

function parsed(text: string): string {
  const { name, labels = '', value } = SAMPLE.exec(text)?.groups ?? {};
  if (name === undefined) throw new Error(`"${text}" is not a sample: expected something like kube_pod_info{node="n1"} 1.`);
  const pairs = [...labels.matchAll(LABEL)].map(({ groups }) => [groups?.name ?? '', groups?.value ?? '']);
  return line(name, { labels: Object.fromEntries(pairs), value: Number(value) });
}

function line(name: string, { labels, value }: Expected): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${pairs.sort().join(',')}} ${value}`;
}

/** A pod `shop/web` with this spec and status. */
export function podWith(spec: PodSpec, status: PodStatus = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', uid: 'p1' }, spec, status };
}

/** The samples of one family, in the form of `samplesAsText`. */
export function family(name: string, pod: Pod, release: string, options?: ExporterOptions): readonly string[] {
  return samplesAsText(pods, pod, release, options).filter((line) => line.startsWith(`${name}{`));
}
