import { compareVersions, parseVersion, type Version } from '../../version.ts';
import type { Classified } from './classify.ts';

/** Deprecations by release. Source: the exporter's change log and the HELP texts of these families. */
const deprecations: readonly { readonly since: string; readonly family: RegExp }[] = [
  { since: '2.6', family: /^kube_endpoint_address_(available|not_ready)$/ },
];

/** What only HELP texts tell is not in the rows of the tables: deprecations that were announced are known here. */
export function documentedInHeaders(change: Classified, from: Version, to: Version): Classified {
  if (change.kind === 'stability') return { ...change, origin: 'documented' };
  if (change.kind !== 'deprecated') return change;
  const known = deprecations.find(({ since, family }) => family.test(change.family) && isBetween(parseVersion(since), from, to));
  return known ? { ...change, origin: 'documented', since: known.since } : change;
}

function isBetween(release: Version, from: Version, to: Version): boolean {
  return compareVersions(release, from) > 0 && compareVersions(release, to) <= 0;
}
