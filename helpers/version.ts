/** A release as its tag names it: `v2.5.0`, `2.20.0`, `v1.34.1+k3s1`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Parses `v2.5.0`, `2.5.0` or `2.5`; whatever follows the third number (`+k3s1`, `-rc.0`) is ignored.
 * @throws an Error that quotes the text when it does not begin with at least two numbers
 */
export function parseVersion(text: string): Version {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new Error(`"${text}" is not a version: expected something like v2.5.0.`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative when `a` is older than `b`, 0 when they are the same release, positive when it is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** The floors of the tables, parsed once: they are compared for each object. */
const floors = new Map<string, Version>();

/** Whether `version` is `floor` or newer; the floor is written as in tables: `2.8`. */
export function atLeast(version: Version, floor: string): boolean {
  const parsed = floors.get(floor) ?? parseVersion(floor);
  floors.set(floor, parsed);
  return compareVersions(version, parsed) >= 0;
}

/** `v2.5.0` */
export function formatVersion(version: Version): string {
  return `v${version.major}.${version.minor}.${version.patch}`;
}

/** A range of versions: `>=2.5 <2.7`, `>=1.26`, `<1.36`; `*` is every version. A subset of semver's notation. */
export type VersionRange = string;

/**
 * Whether the version (`v2.5.0`, `v1.34.1+k3s1`) is in the range: every comparator must hold.
 * @throws an Error that quotes the comparator or the version that is invalid
 */
export function inRange(version: string, range: VersionRange): boolean {
  if (range === '*') return true;
  const parsed = parseVersion(version);
  return range.split(/\s+/).every((comparator) => holds(parsed, comparator));
}

function holds(version: Version, comparator: string): boolean {
  const match = /^(>=|<)(\d+\.\d+(?:\.\d+)?)$/.exec(comparator);
  if (!match?.[2]) throw new Error(`"${comparator}" is not part of a version range: expected >=2.5, <2.7 or *.`);
  const order = compareVersions(version, parseVersion(match[2]));
  return match[1] === '>=' ? order >= 0 : order < 0;
}
