import type { Reads } from '../catalogue/table.ts';
import type { Exposition, Sample } from '../exposition/model.ts';

/** The counters of lists and watches, by the verb that they count. */
const counters = { list: 'kube_state_metrics_list_total', watch: 'kube_state_metrics_watch_total' } as const;

type Verb = keyof typeof counters;

/** How the counters call what is read: `*v1.Pod`, the Go type of the objects. */
export function goTypeOf({ apiVersion, kind }: Reads): string {
  return `*${apiVersion.split('/').at(-1)}.${kind}`;
}

/** Each kind with lists or watches that failed, one line a kind and verb: `*v2beta2.HorizontalPodAutoscaler: 12 list errors`. */
export function readErrors(telemetry: Exposition): readonly string[] {
  return verbs().flatMap((verb) =>
    counted(telemetry, verb, 'error').map(
      ({ labels, value }) => `${labels.resource}: ${value} ${verb} error${value === 1 ? '' : 's'}`,
    ),
  );
}

/** The kinds (`*v1.Pod`) of which a list or a watch succeeded. Source: client-go lists by a watch alone from 0.35 on. */
export function readSuccesses(telemetry: Exposition): ReadonlySet<string> {
  const successes = verbs().flatMap((verb) => counted(telemetry, verb, 'success'));
  return new Set(successes.map(({ labels }) => labels.resource ?? ''));
}

/** The kinds (`*v1.Pod`) of which a list or a watch has come to an end, whichever. */
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
