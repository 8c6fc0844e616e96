import type { Change, SurfaceChange, SurfaceKind } from './change.ts';
import { renamedLabels } from './renamed.ts';
import { changedSeries } from './series.ts';
import { isDeprecated, markOf } from './stability.ts';
import type { SurfaceFamily, SurfaceSample } from './surface.ts';

/** What is known of both sides beyond the family itself. */
export interface FamilyContext {
  /** The labels that tell which object a sample is of. */
  readonly identity: readonly string[];
  /** Whether both sides mark stable families at all: without that, a mark says nothing of a change. */
  readonly marked: boolean;
}

/** What is different in a family that both sides have. */
export function familyChanges(
  old: SurfaceFamily,
  now: SurfaceFamily,
  { identity, marked }: FamilyContext,
): readonly SurfaceChange[] {
  const series = { old: old.samples.length, new: now.samples.length };
  const change = (kind: SurfaceKind, changes: readonly Change[], more: Partial<SurfaceChange> = {}): SurfaceChange => ({
    kind,
    family: old.name,
    changes,
    series,
    ...more,
  });
  const headers = headerChanges(old, now, marked, change);
  if (series.old === 0 && series.new === 0) return headers;
  if (series.new === 0) return [...headers, change('family-silent', old.samples.map(goes))];
  if (series.old === 0) return [...headers, change('family-filled', now.samples.map(comes))];

  const before = labelNames(old.samples);
  const after = labelNames(now.samples);
  const renames = renamedLabels(old.samples, now.samples, minus(before, after), minus(after, before));
  const renamedTo = new Set(renames.map(({ to }) => to));
  const gone = minus(before, after).filter((label) => !renames.some(({ from }) => from === label));
  const arrived = minus(after, before).filter((label) => !renamedTo.has(label));
  const common = [...before].filter((label) => after.has(label));
  const matched = changedSeries(
    old.samples,
    now.samples,
    common,
    identity.filter((label) => common.includes(label)),
  );
  return [
    ...headers,
    ...renames.map(({ from, to }) => change('label-renamed', having(old.samples, from).map(goes), { label: from, to })),
    ...gone.map((label) => change('label-gone', having(old.samples, label).map(goes), { label })),
    ...arrived.map((label) => change('label-new', having(now.samples, label).map(comes), { label })),
    ...[...matched.labelValues].map(([label, changes]) => change('label-value', changes, { label })),
    ...(matched.values.length > 0 ? [change('value', matched.values)] : []),
    ...(matched.gone.length > 0 ? [change('series-gone', matched.gone.map(goes))] : []),
    ...(matched.arrived.length > 0 ? [change('series-new', matched.arrived.map(comes))] : []),
  ];
}

function headerChanges(
  old: SurfaceFamily,
  now: SurfaceFamily,
  marked: boolean,
  change: (kind: SurfaceKind, changes: readonly Change[], more: Partial<SurfaceChange>) => SurfaceChange,
): readonly SurfaceChange[] {
  const found: SurfaceChange[] = [];
  if (old.type !== undefined && now.type !== undefined && old.type !== now.type) {
    found.push(change('type', [], { from: old.type, to: now.type }));
  }
  const [from, to] = [markOf(old.help), markOf(now.help)];
  if (marked && old.help !== undefined && now.help !== undefined && from !== to)
    found.push(change('stability', [], { from, to }));
  if (old.help !== undefined && !isDeprecated(old.help) && isDeprecated(now.help)) found.push(change('deprecated', [], {}));
  return found;
}

export function goes(sample: SurfaceSample): Change {
  return { old: sample, new: undefined };
}

export function comes(sample: SurfaceSample): Change {
  return { old: undefined, new: sample };
}

function labelNames(samples: readonly SurfaceSample[]): Set<string> {
  const names = new Set<string>();
  for (const { labels } of samples) for (const name in labels) names.add(name);
  return names;
}

function minus(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter((name) => !other.has(name));
}

function having(samples: readonly SurfaceSample[], label: string): readonly SurfaceSample[] {
  return samples.filter(({ labels }) => labels[label] !== undefined);
}
