import { formatOf } from '../exposition/format.ts';
import type { Exposition } from '../exposition/model.ts';
import { readExposition } from '../exposition/read.ts';
import { verify, verifyNone } from '../failure.ts';
import type { InstalledTarget } from './installed.ts';

/**
 * Scrapes what the exporter tells of itself, read strictly.
 * @throws RequirementFailure when the answer is no exposition in the text format
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
 * What the exporter tells of itself in every release.
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

/** The releases that the running exporter says it is, as its own labels write them: one, when all is well. */
export function builtVersions({ families }: Exposition): readonly string[] {
  const samples = families.get('kube_state_metrics_build_info')?.samples ?? [];
  return samples.map(({ labels }) => labels.version ?? '(no version label)');
}
