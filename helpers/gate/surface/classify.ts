import { seriesKey } from '../../accounting/series.ts';
import { compareVersions, parseVersion, type Version } from '../../version.ts';
import { type Change, changeId, type SurfaceChange } from './change.ts';
import type { SurfaceSample } from './surface.ts';

export interface Classified extends SurfaceChange {
  readonly origin: 'documented' | 'surprise';
  /** The release that brought a documented change; undefined where none on the way from one to the other did. */
  readonly since?: string;
  /** Later releases, on the way as well, that made the same kind of difference of more or of fewer series. */
  readonly again?: readonly string[];
  /** The changes that no table explains; all others of the same difference are left out where there are any. */
  readonly changes: readonly Change[];
}

/** The changes that a release must have by the tables, against the old one. */
export interface ExpectedChanges {
  readonly release: string;
  readonly changes: readonly SurfaceChange[];
}

/**
 * Tells what follows from the tables from what does not.
 * @param steps what the tables say of every release from the old one's successor to the new one, in this order
 */
export function classify(observed: readonly SurfaceChange[], steps: readonly ExpectedChanges[]): readonly Classified[] {
  const last = new Map((steps.at(-1)?.changes ?? []).map((change) => [changeId(change), change]));
  const releases = releasesOf(steps);
  return observed.map((change) => {
    const id = changeId(change);
    const expected = last.get(id);
    const surprising = expected ? unexpected(change, expected) : change.changes;
    const isOther = expected?.from !== change.from || expected?.to !== change.to;
    if (!expected || isOther || surprising.length > 0) return { ...change, changes: surprising, origin: 'surprise' };
    const [since, ...again] = releases.get(id)?.all ?? [];
    const told = { ...(since === undefined ? {} : { since }), ...(again.length === 0 ? {} : { again }) };
    return { ...change, origin: 'documented', ...told };
  });
}

/** The releases of minor versions after `from` up to and including `to`; only `to` where it is not newer. */
export function releasesBetween(from: Version, to: Version): readonly Version[] {
  const minors: Version[] = [];
  for (let minor = from.minor + 1; from.major === to.major && minor <= to.minor; minor += 1) {
    minors.push({ major: to.major, minor, patch: 0 });
  }
  const last = minors.at(-1);
  return last && compareVersions(last, to) === 0 ? minors : [...minors, to];
}

interface Releases {
  readonly all: readonly string[];
  /** How many series it was of in the last one. */
  readonly count: number;
}

/** By difference, the first release since which it has been there without interruption, and those that changed its extent. */
function releasesOf(steps: readonly ExpectedChanges[]): ReadonlyMap<string, Releases> {
  let known = new Map<string, Releases>();
  for (const { release, changes } of steps) {
    known = new Map(
      changes.map((change) => {
        const id = changeId(change);
        const { all, count } = known.get(id) ?? { all: [], count: 0 };
        const isNew = change.changes.length !== count || all.length === 0;
        return [id, { all: isNew ? [...all, shortName(release)] : all, count: change.changes.length }];
      }),
    );
  }
  return known;
}

function unexpected(observed: SurfaceChange, expected: SurfaceChange): readonly Change[] {
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
