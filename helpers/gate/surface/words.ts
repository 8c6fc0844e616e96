import { writeSample } from '../../accounting/series.ts';
import type { Change, SurfaceChange } from './change.ts';
import type { SurfaceSample } from './surface.ts';

const MOST_VALUES = 6;
const MOST_EXAMPLES = 3;

/** What is different, as one sentence without its reason. */
export function sentenceOf(change: SurfaceChange): string {
  const { kind, family, label = '', from = '', to = '', changes, series } = change;
  const count = `${changes.length} series`;
  switch (kind) {
    case 'family-gone':
      return `${family} is gone${series.old === 0 ? '' : ` (${series.old} series)`}.`;
    case 'family-new':
      return `${family} is new${series.new === 0 ? '' : ` (${series.new} series)`}.`;
    case 'family-renamed':
      return `${family} is now called ${to}.`;
    case 'family-silent':
      return `${family} has no series any more, of the same objects that had ${series.old}.`;
    case 'family-filled':
      return `${family} had no series, and has ${series.new} of the same objects.`;
    case 'header-gone':
      return `${family} has no header any more as long as there is no object for it.`;
    case 'header-new':
      return `${family} has a header even without an object for it.`;
    case 'type':
      return `${family} is a ${to}, and was a ${from}.`;
    case 'stability':
      return `${family} is ${to}, and was ${from}.`;
    case 'deprecated':
      return `${family} is deprecated: a later release removes it.`;
    case 'label-gone':
      return `${family} has no label ${label} any more (${count} had it).`;
    case 'label-new':
      return `${family} has a new label ${label} (${count}).`;
    case 'label-renamed':
      return `The label ${label} of ${family} is now called ${to}.`;
    case 'label-value':
      return `${family} tells ${valuesTold(changes, label)} (${count}).`;
    case 'value':
      return `${family} has other values for the same series (${count}).`;
    case 'series-gone':
      return `${family} no longer has ${count} of the same objects${withLabels(changes, 'old')}; ${counts(series)}.`;
    case 'series-new':
      return `${family} has ${count} more of the same objects${withLabels(changes, 'new')}; ${counts(series)}.`;
  }
}

/** A few of the samples that differ, as an exposition writes them. */
export function examplesOf({ family, changes, to, kind }: SurfaceChange): { old: readonly string[]; new: readonly string[] } {
  const shown = spread(changes);
  const write = (name: string, samples: readonly (SurfaceSample | undefined)[]) =>
    samples.flatMap((sample) => (sample ? [writeSample(name, sample.labels, sample.value)] : []));
  const renamed = kind === 'family-renamed' && to !== undefined;
  const now = shown.map((change) => (renamed ? change.old : change.new));
  return {
    old: write(
      family,
      shown.map((change) => change.old),
    ),
    new: write(renamed ? to : family, now),
  };
}

/** The first, one from the middle and the last, which differ more than neighbours do. */
function spread(changes: readonly Change[]): readonly Change[] {
  if (changes.length <= MOST_EXAMPLES) return changes;
  return [0, Math.floor(changes.length / 2), changes.length - 1].flatMap((index) => changes[index] ?? []);
}

/** `owner_kind="" instead of "<none>"` */
function valuesTold(changes: readonly Change[], label: string): string {
  const pairs = new Set(
    changes.map((change) => `${label}=${quoted(change.new?.labels[label])} instead of ${quoted(change.old?.labels[label])}`),
  );
  return some([...pairs]);
}

/** The labels that tell the changed series apart from others of their object: those with few values. */
function withLabels(changes: readonly Change[], side: 'old' | 'new'): string {
  const samples = changes.flatMap((change) => change[side] ?? []);
  const names = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
  const telling = names.filter((name) => /^(reason|condition|phase|status|type|ready|ephemeral)$/.test(name));
  const values = telling.map((name) => some([...new Set(samples.map(({ labels }) => `${name}=${quoted(labels[name])}`))]));
  return values.length === 0 ? '' : `, with ${values.join(', ')}`;
}

function counts({ old, new: now }: SurfaceChange['series']): string {
  return `${old} series before, ${now} now`;
}

function some(values: readonly string[]): string {
  const shown = values.slice(0, MOST_VALUES).join(', ');
  return values.length > MOST_VALUES ? `${shown} and ${values.length - MOST_VALUES} more` : shown;
}

function quoted(value: string | undefined): string {
  return JSON.stringify(value ?? '');
}
