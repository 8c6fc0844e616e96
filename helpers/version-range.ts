import { compareVersions, parseVersion, type Version } from './version.ts';

/** Versions from one to another: `>=2.5 <2.7`, `>=1.26`, `<1.36`; `*` is every version. */
export type VersionRange = string;

/**
 * Whether the version (`v2.5.0`, `v1.34.1+k3s1`) is in the range: every comparator must hold.
 * @throws an Error that names the comparator or the version it cannot read.
 */
export function inRange(version: string, range: VersionRange): boolean {
  if (range === '*') return true;
  const parsed = parseVersion(version);
  return range.split(/\s+/).every((comparator) => holds(parsed, comparator));
}

function holds(version: Version, comparator: string): boolean {
  const match = /^(>=|<)(\d+\.\d+(?:\.\d+)?)$/.exec(comparator);
  if (!match?.[2]) throw new Error(`"${comparator}" is not part of a version range: wanted >=2.5, <2.7 or *.`);
  const order = compareVersions(version, parseVersion(match[2]));
  return match[1] === '>=' ? order >= 0 : order < 0;
}
