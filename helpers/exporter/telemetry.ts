import type { Reads } from '../catalogue/table.ts';
import { type Exposition, formatOf, type Sample } from '../exposition/model.ts';
import { readExposition } from '../exposition/read.ts';
import { verify, verifyNone } from '../failure.ts';
import type { InstalledTarget } from './installed.ts';

/** The counters of lists and watches, by the verb that they count. */
const counters = { list: 'kube_state_metrics_list_total', watch: 'kube_state_metrics_watch_total' } as const;

type Verb = keyof typeof counters;

/** The label `resource` of the counters: the Go type of the objects, `*v1.Pod`; custom resources have one type in common. */
export function goTypeOf({ apiVersion, kind, custom }: Reads & { readonly custom?: true }): string {
  if (custom) return '*unstructured.Unstructured';
  return `*${apiVersion.split('/').at(-1)}.${kind}`;
}

/** A line for each kind and verb with errors: `*v2beta2.HorizontalPodAutoscaler: 12 list errors`. */
export function readErrors(telemetry: Exposition): readonly string[] {
  return verbs().flatMap((verb) =>
    counted(telemetry, verb, 'error').map(
      ({ labels, value }) => `${labels.resource}: ${value} ${verb} error${value === 1 ? '' : 's'}`,
    ),
  );
}

/** The kinds (`*v1.Pod`) with a successful list or watch. Source: client-go lists with a watch only from 0.35 on. */
export function readSuccesses(telemetry: Exposition): ReadonlySet<string> {
  const successes = verbs().flatMap((verb) => counted(telemetry, verb, 'success'));
  return new Set(successes.map(({ labels }) => labels.resource ?? ''));
}

/** The kinds (`*v1.Pod`) with a list or watch that succeeded or failed. */
export function readsTried(telemetry: Exposition): ReadonlySet<string> {
  const results = verbs().flatMap((verb) => [...counted(telemetry, verb, 'success'), ...counted(telemetry, verb, 'error')]);
  return new Set(results.map(({ labels }) => labels.resource ?? ''));
}

function verbs(): readonly Verb[] {
  return Object.keys(counters) as Verb[];
}

function counted({ families }: Exposition, verb: Verb, result: 'success' | 'error'): readonly Sample[] {
  const samples = families.get(counters[verb])?.samples ?? [];
  return samples.filter(({ labels, value }) => labels.result === result && value > 0);
}

/**
 * Scrapes the exporter's own metrics with the strict reader.
 * @throws RequirementFailure when the response is no valid exposition in the text format
 */
export async function readTelemetry(exporter: InstalledTarget): Promise<Exposition> {
  const { status, contentType, bytes, body } = await exporter.telemetryPort('/metrics');
  verify(status === 200 && formatOf(contentType) === 'text', {
    expected: '200 and the text format on the telemetry port',
    actual: `${status} and ${contentType || 'no content type'}: ${JSON.stringify(body.slice(0, 200))}`,
  });
  const { exposition, violations } = await readExposition(bytes, { format: 'text' });
  verifyNone(
    violations.map(({ line, message }) => `line ${line}: ${message}`),
    'telemetry that the text format allows',
  );
  return exposition;
}

/**
 * The exporter's own metrics that every release exposes.
 * Source: kube-state-metrics, README: kube-state-metrics self metrics; prometheus/client_golang, its process and Go collectors.
 */
export const selfMetrics: readonly string[] = [
  'go_goroutines',
  'go_info',
  'go_memstats_alloc_bytes',
  'http_request_duration_seconds',
  'kube_state_metrics_build_info',
  'kube_state_metrics_shard_ordinal',
  'kube_state_metrics_total_shards',
  'kube_state_metrics_watch_total',
  'process_cpu_seconds_total',
  'process_open_fds',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
];

/** The label `version` of each `kube_state_metrics_build_info`: one, if all is well. */
export function builtVersions({ families }: Exposition): readonly string[] {
  const samples = families.get('kube_state_metrics_build_info')?.samples ?? [];
  return samples.map(({ labels }) => labels.version ?? '(no version label)');
}
