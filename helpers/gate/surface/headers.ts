import { compareVersions, parseVersion, type Version } from '../../version.ts';
import type { Classified } from './classify.ts';

/** The stability in a HELP text, `STABLE` for `[STABLE] …`; `ALPHA` without one. Source: the exporter's change log, 2.7. */
export function markOf(help: string | undefined): string {
  return /^\[([A-Z]+)\]/.exec(help ?? '')?.[1] ?? 'ALPHA';
}

/** Whether any HELP text has a stability; releases before 2.7 write none. */
export function marksStability(helps: Iterable<string | undefined>): boolean {
  for (const help of helps) if (/^\[[A-Z]+\]/.test(help ?? '')) return true;
  return false;
}

/** Whether a HELP text announces the removal of the family. */
export function isDeprecated(help: string | undefined): boolean {
  return /\(Deprecated since/.test(help ?? '');
}

/** Deprecations by release. Source: the exporter's change log and the HELP texts of these families. */
const deprecations: readonly { readonly since: string; readonly family: RegExp }[] = [
  { since: '2.6', family: /^kube_endpoint_address_(available|not_ready)$/ },
];

/** Classifies changes of HELP texts, which the catalogue does not predict: stability, and the deprecations above. */
export function documentedInHeaders(change: Classified, from: Version, to: Version): Classified {
  if (change.kind === 'stability') return { ...change, origin: 'documented' };
  if (change.kind !== 'deprecated') return change;
  const known = deprecations.find(({ since, family }) => family.test(change.family) && isBetween(parseVersion(since), from, to));
  return known ? { ...change, origin: 'documented', since: known.since } : change;
}

function isBetween(release: Version, from: Version, to: Version): boolean {
  return compareVersions(release, from) > 0 && compareVersions(release, to) <= 0;
}
