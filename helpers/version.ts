/** A release as its tag names it: `v2.5.0`, `2.20.0`, `v1.34.1+k3s1`. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Reads `v2.5.0`, `2.5.0` or `2.5`; whatever follows the third number (`+k3s1`, `-rc.0`) is left out.
 * @throws an Error that names the text when it does not begin with at least two numbers.
 */
export function parseVersion(text: string): Version {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new Error(`"${text}" is not a version: wanted something like v2.5.0.`);
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative when `a` is older than `b`, 0 when they are the same release, positive when it is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/** Whether `version` is `floor` or newer; the floor is written as in tables: `2.8`. */
export function atLeast(version: Version, floor: string): boolean {
  return compareVersions(version, parseVersion(floor)) >= 0;
}

/** `v2.5.0` */
export function formatVersion(version: Version): string {
  return `v${version.major}.${version.minor}.${version.patch}`;
}
