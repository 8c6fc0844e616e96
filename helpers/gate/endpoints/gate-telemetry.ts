import type { Exposition } from '../../exposition/model.ts';
import { atLeast, type Version } from '../../version.ts';
import type { GateDifference } from '../difference.ts';

const LISTS = 'kube_state_metrics_list_total';
const WATCHES = 'kube_state_metrics_watch_total';

interface TelemetrySide {
  readonly version: Version;
  readonly telemetry: Exposition;
}

/** Differences between the metrics about the exporter itself; those of the Go runtime depend on the build and are ignored. */
export function gateTelemetry(old: TelemetrySide, now: TelemetrySide): readonly GateDifference[] {
  const [before, after] = [namesOf(old.telemetry), namesOf(now.telemetry)];
  const gone = [...before].filter((name) => !after.has(name) && name !== LISTS);
  const arrived = [...after].filter((name) => !before.has(name));
  return [
    ...listsLost(old, now),
    ...gone.map((name) => difference(`gone/${name}`, `The exporter’s own metric ${name} is gone.`, 'note', [name], [])),
    ...arrived.map((name) => difference(`new/${name}`, `The exporter’s own metric ${name} is new.`, 'harmless', [], [name])),
  ];
}

/**
 * From client-go 0.35 on a list is streamed through a watch where the API server supports it, and not counted as a list. A resource
 * without a watch is no longer read at all, which other differences report. Source: change log, 2.19.
 */
function listsLost(old: TelemetrySide, now: TelemetrySide): readonly GateDifference[] {
  const [listed, watched] = [succeeded(now.telemetry, LISTS), succeeded(now.telemetry, WATCHES)];
  const lost = [...succeeded(old.telemetry, LISTS)].filter((resource) => !listed.has(resource) && watched.has(resource));
  if (lost.length === 0) return [];
  const documented = atLeast(now.version, '2.19') && !atLeast(old.version, '2.19');
  const change = `${LISTS} no longer counts the lists of ${lost.length} kinds`;
  const sentence = documented
    ? `${change}: since 2.19 they are streamed through watches where the API server supports it.`
    : `${change}.`;
  const origin = documented ? ({ origin: 'documented', since: '2.19' } as const) : ({ origin: 'surprise' } as const);
  const advice = documented ? { advice: 'Add kube_state_metrics_watch_total to alerts on failing lists.' } : {};
  return [{ ...difference('lists', sentence, 'note', lost.slice(0, 3), []), ...origin, ...advice }];
}

function succeeded({ families }: Exposition, name: string): ReadonlySet<string> {
  return new Set(
    (families.get(name)?.samples ?? [])
      .filter(({ labels }) => labels.result === 'success')
      .map(({ labels }) => labels.resource ?? ''),
  );
}

function namesOf({ families }: Exposition): ReadonlySet<string> {
  return new Set(
    [...families.values()]
      .filter(({ samples }) => samples.length > 0)
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('go_')),
  );
}

function difference(
  key: string,
  sentence: string,
  severity: GateDifference['severity'],
  old: readonly string[],
  now: readonly string[],
): GateDifference {
  return { id: `endpoints/telemetry-${key}`, part: 'endpoints', sentence, severity, old, new: now };
}
