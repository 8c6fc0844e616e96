import { writtenTypes } from '../../accounting/headers.ts';
import { seriesKey } from '../../accounting/series.ts';
import { contextOf, type DeclaredType } from '../../catalogue/table.ts';
import type { Format } from '../../exposition/model.ts';
import type { SurfaceSample } from '../../prometheus/rules/surface.ts';
import { compareVersions, parseVersion, type Version } from '../../version.ts';
import { type Change, changeId, type SurfaceChange } from './change.ts';

export interface Classified extends SurfaceChange {
  readonly origin: 'documented' | 'surprise';
  /** The release that introduced a documented change; undefined when no release between the two did. */
  readonly since?: string;
  /** Later releases up to the new one that changed how many series are affected. */
  readonly again?: readonly string[];
  /** For a surprise, only the samples that the catalogue does not explain; otherwise all. */
  readonly changes: readonly Change[];
}

/** The changes of a release against the old one that the catalogue predicts. */
export interface ExpectedChanges {
  readonly release: string;
  readonly changes: readonly SurfaceChange[];
}

/**
 * Classifies changes as documented, when the catalogue predicts them, or as surprises.
 * @param steps the predicted changes of every release after the old one up to the new one, in this order, which date the changes
 * @param predicted the predicted changes of the new release for all objects
 */
export function classify(
  observed: readonly SurfaceChange[],
  steps: readonly ExpectedChanges[],
  predicted: readonly SurfaceChange[] = steps.at(-1)?.changes ?? [],
): readonly Classified[] {
  const last = new Map(predicted.map((change) => [changeId(change), change]));
  const releases = releasesOf(steps);
  return observed.map((change) => {
    const id = changeId(change);
    const expected = last.get(id);
    const unexplained = expected ? unexpected(change, expected) : change.changes;
    const differs = expected?.from !== change.from || expected?.to !== change.to;
    if (!expected || differs || unexplained.length > 0) return { ...change, changes: unexplained, origin: 'surprise' };
    const [since, ...again] = releases.get(id)?.names ?? [];
    const dates = { ...(since === undefined ? {} : { since }), ...(again.length === 0 ? {} : { again }) };
    return { ...change, origin: 'documented', ...dates };
  });
}

/** The minor releases after `from` up to and including `to`; only `to` when it is not newer. */
export function releasesBetween(from: Version, to: Version): readonly Version[] {
  const minors: Version[] = [];
  for (let minor = from.minor + 1; from.major === to.major && minor <= to.minor; minor += 1) {
    minors.push({ major: to.major, minor, patch: 0 });
  }
  const last = minors.at(-1);
  return last && compareVersions(last, to) === 0 ? minors : [...minors, to];
}

interface Releases {
  readonly names: readonly string[];
  /** The number of affected series in the last one. */
  readonly count: number;
}

/** By change, the first release since which it has held without interruption, and those that changed its number of series. */
function releasesOf(steps: readonly ExpectedChanges[]): ReadonlyMap<string, Releases> {
  let known = new Map<string, Releases>();
  for (const { release, changes } of steps) {
    known = new Map(
      changes.map((change) => {
        const id = changeId(change);
        const { names, count } = known.get(id) ?? { names: [], count: 0 };
        const isNew = change.changes.length !== count || names.length === 0;
        return [id, { names: isNew ? [...names, shortName(release)] : names, count: change.changes.length }];
      }),
    );
  }
  return known;
}

function unexpected(observed: SurfaceChange, expected: SurfaceChange): readonly Change[] {
  if (observed === expected) return [];
  const old = new Set(expected.changes.map((change) => keyOf(change.old)));
  const now = new Set(expected.changes.map((change) => keyOf(change.new)));
  return observed.changes.filter((change) => !old.has(keyOf(change.old)) || !now.has(keyOf(change.new)));
}

function keyOf(sample: SurfaceSample | undefined): string {
  return sample === undefined ? '' : `${seriesKey(sample.labels)} ${sample.value}`;
}

/** `2.8` of `v2.8.0` */
function shortName(release: string): string {
  const { major, minor } = parseVersion(release);
  return `${major}.${minor}`;
}

/** Deprecations by release. Source: the exporter's change log and the HELP texts of these families. */
const deprecations: readonly { readonly since: string; readonly family: RegExp }[] = [
  { since: '2.6', family: /^kube_endpoint_address_(available|not_ready)$/ },
];

/** Both releases, and the format in which they were compared. */
export interface HeaderConditions {
  readonly from: Version;
  readonly to: Version;
  readonly format: Format;
}

/**
 * Classifies what the catalogue does not predict in headers: stability, the deprecations above, and the types of custom resources, which the
 * exporter's configuration declares.
 */
export function documentedInHeaders(change: Classified, conditions: HeaderConditions): Classified {
  const { from, to } = conditions;
  if (change.kind === 'stability') return { ...change, origin: 'documented' };
  if (change.kind === 'type') return { ...change, ...documentedType(change, conditions) };
  if (change.kind !== 'deprecated') return change;
  const known = deprecations.find(({ since, family }) => family.test(change.family) && isBetween(parseVersion(since), from, to));
  return known ? { ...change, origin: 'documented', since: known.since } : change;
}

/** Types that only custom resources have, and that releases write in different ways. */
const rewrittenTypes: readonly DeclaredType[] = ['info', 'stateset'];

function documentedType(
  { from: old, to: now }: Classified,
  { from, to, format }: HeaderConditions,
): Partial<Pick<Classified, 'origin' | 'since'>> {
  const has = (version: Version, declared: DeclaredType, type: string | undefined) =>
    writtenTypes(declared, format, contextOf(version, {})).some((written) => written === type);
  if (!rewrittenTypes.some((declared) => has(from, declared, old) && has(to, declared, now))) return {};
  const since = '2.17';
  return format === 'text' && isBetween(parseVersion(since), from, to)
    ? { origin: 'documented', since }
    : { origin: 'documented' };
}

function isBetween(release: Version, from: Version, to: Version): boolean {
  return compareVersions(release, from) > 0 && compareVersions(release, to) <= 0;
}
