import type { Exposition } from '../../exposition/model.ts';
import { atLeast, type Version } from '../../version.ts';
import type { GateDifference } from '../difference.ts';

const LISTS = 'kube_state_metrics_list_total';
const WATCHES = 'kube_state_metrics_watch_total';

interface Told {
  readonly version: Version;
  readonly telemetry: Exposition;
}

/** What an exporter tells of itself otherwise than before; what the Go runtime tells follows from how it was built, and is left out. */
export function gateTelemetry(old: Told, now: Told): readonly GateDifference[] {
  const [before, after] = [namesOf(old.telemetry), namesOf(now.telemetry)];
  const gone = [...before].filter((name) => !after.has(name) && name !== LISTS);
  const arrived = [...after].filter((name) => !before.has(name));
  return [
    ...listsLost(old, now),
    ...gone.map((name) => difference(`gone/${name}`, `The exporter’s own metric ${name} is gone.`, 'know', [name], [])),
    ...arrived.map((name) => difference(`new/${name}`, `The exporter’s own metric ${name} is new.`, 'nothing', [], [name])),
  ];
}

/**
 * From client-go 0.35 on a list comes through a watch where the API server can, and is counted as no list. What is not watched
 * either is not read any more, which is told elsewhere. Source: change log, 2.19.
 */
function listsLost(old: Told, now: Told): readonly GateDifference[] {
  const [listed, watched] = [succeeded(now.telemetry, LISTS), succeeded(now.telemetry, WATCHES)];
  const lost = [...succeeded(old.telemetry, LISTS)].filter((resource) => !listed.has(resource) && watched.has(resource));
  if (lost.length === 0) return [];
  const documented = atLeast(now.version, '2.19') && !atLeast(old.version, '2.19');
  const what = `${LISTS} no longer counts the lists of ${lost.length} kinds`;
  const sentence = documented ? `${what}: since 2.19 they come through watches where the API server can.` : `${what}.`;
  const origin = documented ? ({ origin: 'documented', since: '2.19' } as const) : ({ origin: 'surprise' } as const);
  const advice = documented ? { advice: 'Alerts on failing reads must count kube_state_metrics_watch_total as well.' } : {};
  return [{ ...difference('lists', sentence, 'know', lost.slice(0, 3), []), ...origin, ...advice }];
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
  what: string,
  sentence: string,
  severity: GateDifference['severity'],
  old: readonly string[],
  now: readonly string[],
): GateDifference {
  return { id: `endpoints/telemetry-${what}`, part: 'endpoints', sentence, severity, old, new: now };
}
