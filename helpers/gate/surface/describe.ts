import { knownIssuesFor } from '../../accounting/known-issues.ts';
import { writeSample } from '../../accounting/series.ts';
import type { SurfaceSample } from '../../prometheus/rules/surface.ts';
import { atLeast, formatVersion, parseVersion } from '../../version.ts';
import type { Change, SurfaceChange } from './change.ts';
import type { Classified } from './classify.ts';
import type { KnownRow, SurfaceRequest } from './expected.ts';

const MOST_VALUES = 6;
const MOST_EXAMPLES = 3;

/** The change as one sentence, without its reason. */
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
      return `${family} no longer has series; it had ${series.old} for the same objects.`;
    case 'family-filled':
      return `${family} has ${series.new} series; it had none for the same objects.`;
    case 'header-gone':
      return `${family} no longer has a header while there is no object for it.`;
    case 'header-new':
      return `${family} has a header even when there is no object for it.`;
    case 'type':
      return `${family} has the type ${to}; it had ${from}.`;
    case 'stability':
      return `${family} is ${to}; it was ${from}.`;
    case 'deprecated':
      return `${family} is deprecated and will be removed in a later release.`;
    case 'label-gone':
      return `${family} no longer has the label ${label} (${count} had it).`;
    case 'label-new':
      return `${family} has a new label ${label} (${count}).`;
    case 'label-renamed':
      return `The label ${label} of ${family} is now called ${to}.`;
    case 'label-value':
      return `${family} has ${valueChanges(changes, label)} (${count}).`;
    case 'value':
      return `${family} has different values for the same series (${count}).`;
    case 'series-gone':
      return `${family} no longer has ${count} for the same objects${withLabels(changes, 'old')}; ${counts(series)}.`;
    case 'series-new':
      return `${family} has ${count} more for the same objects${withLabels(changes, 'new')}; ${counts(series)}.`;
  }
}

/** A few of the samples that differ, in the text format. */
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

/** The first, the middle and the last, which are less alike than neighbours. */
function spread(changes: readonly Change[]): readonly Change[] {
  if (changes.length <= MOST_EXAMPLES) return changes;
  return [0, Math.floor(changes.length / 2), changes.length - 1].flatMap((index) => changes[index] ?? []);
}

/** `owner_kind="" instead of "<none>"` */
function valueChanges(changes: readonly Change[], label: string): string {
  const pairs = new Set(
    changes.map((change) => `${label}=${quoted(change.new?.labels[label])} instead of ${quoted(change.old?.labels[label])}`),
  );
  return some([...pairs]);
}

/** The values of labels that describe the changed series, of those labels that have few values. */
function withLabels(changes: readonly Change[], side: 'old' | 'new'): string {
  const samples = changes.flatMap((change) => change[side] ?? []);
  const names = [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))];
  const descriptive = names.filter((name) => /^(reason|condition|phase|status|type|ready|ephemeral)$/.test(name));
  const values = descriptive.map((name) => some([...new Set(samples.map(({ labels }) => `${name}=${quoted(labels[name])}`))]));
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

/** The reason for a change, one sentence; undefined when none is known. */
export function reasonFor(change: Classified, known: KnownRow | undefined, request: SurfaceRequest): string | undefined {
  if (change.origin === 'surprise') return 'The catalogue does not explain it.';
  const { kind, since, again = [] } = change;
  const { row, table } = known ?? {};
  const sinceText = since === undefined ? '' : ` since ${since}`;
  if ((kind === 'family-gone' || kind === 'family-new') && table && row) {
    const exporter = parseVersion(request.new.exporter);
    if (kind === 'family-gone' && row.until !== undefined && atLeast(exporter, row.until)) return `Removed in ${row.until}.`;
    if (kind === 'family-gone') return `${table.resource} are not read by default${sinceText}.`;
    const wasRead = table.isDefault(parseVersion(request.old.exporter));
    return wasRead && row.since !== undefined ? `Added in ${row.since}.` : `${table.resource} are read by default${sinceText}.`;
  }
  if (kind === 'family-filled' || kind === 'family-silent') {
    const note = servedNote(change, known, request);
    if (note !== undefined) return note;
    if (copiesObjectKeys(change.family) && kind === 'family-silent') return `Without an allowlist it has no series${sinceText}.`;
  }
  if (since === undefined) return undefined;
  return again.length === 0 ? `Since ${since}.` : `Since ${since}, changed again in ${again.join(' and ')}.`;
}

/** What to change, one sentence; undefined when there is nothing to do. */
export function adviceFor({ kind, family, label, origin, changes }: Classified, known: KnownRow | undefined): string | undefined {
  if (origin === 'surprise') return undefined;
  const resource = known?.table.resource ?? '';
  if (kind === 'family-silent' && copiesObjectKeys(family)) {
    const flag = family.endsWith('_labels') ? 'metric-labels-allowlist' : 'metric-annotations-allowlist';
    return `Allow the keys that rules need: --${flag}=${resource}=[…].`;
  }
  if (kind === 'family-gone' && known?.row.until === undefined) return `Add ${resource} to --resources to keep it.`;
  if (kind === 'family-gone') return `Change the rules and dashboards that use ${family}.`;
  if (kind === 'label-value' && changes.some(({ old }) => old?.labels[label ?? ''] === '<none>')) {
    return `Match both while both releases run: ${label}=~"<none>|".`;
  }
  return undefined;
}

function servedNote(change: Classified, known: KnownRow | undefined, { old, new: now, kubernetes }: SurfaceRequest) {
  const side = change.kind === 'family-filled' ? old : now;
  const declared = knownIssuesFor(formatVersion(parseVersion(side.exporter)), kubernetes);
  return declared.find(({ resources }) => resources.includes(known?.table.resource ?? ''))?.note;
}

/** Whether the family exposes labels or annotations of objects, which need an allowlist. */
function copiesObjectKeys(family: string): boolean {
  return /_(labels|annotations)$/.test(family);
}
