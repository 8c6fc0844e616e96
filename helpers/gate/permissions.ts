import { permissionsOf } from '../access/rules.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import { type Readable, readsOf } from '../run/reads.ts';
import type { Target } from '../target/target.ts';
import type { PolicyRule } from '../target/workload.ts';
import type { GateDifference } from './difference.ts';

/** What the candidate's manifests ask for beyond the old ones, what they no longer ask for, and what it needs and does not get. */
export function gatePermissions(
  old: Pick<Target, 'access'>,
  now: Pick<Target, 'access' | 'version' | 'arguments'>,
  mapper: Pick<ResourceMapper, 'serves'>,
): readonly GateDifference[] {
  const [before, after] = [granted(old), granted(now)];
  const more = [...after].filter((one) => !before.has(one));
  const less = [...before].filter((one) => !after.has(one));
  return [
    ...more.map((one) => difference('more', one, `The candidate’s role may also ${one}.`, 'know', [], [one])),
    ...less.map((one) => difference('less', one, `The candidate’s role may no longer ${one}.`, 'nothing', [one], [])),
    ...readsOf(now).flatMap((read) => lacking(read, after, mapper)),
  ];
}

/** Each permission of the roles that the manifests bind to the ServiceAccount, as one line. */
function granted({ access }: Pick<Target, 'access'>): ReadonlySet<string> {
  const rules = access.roles.flatMap(({ rules: own }) => own ?? []);
  const ofResources = rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length === 0);
  const ofUrls = rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0);
  return new Set(permissionsOf({ resourceRules: ofResources as PolicyRule[], nonResourceRules: ofUrls as PolicyRule[] }).keys());
}

function lacking(read: Readable, has: ReadonlySet<string>, mapper: Pick<ResourceMapper, 'serves'>): readonly GateDifference[] {
  const wanted = ['list', 'watch'].filter((verb) => !isGranted(verb, read, has));
  if (wanted.length === 0) return [];
  const what = `${wanted.join(' and ')} ${qualified(read)}`;
  const served = mapper.serves(read.apiVersion, read.kind);
  const sentence = served
    ? `The candidate reads ${qualified(read)}, and its role may not ${what}: it tells nothing of them, and logs an error again and again.`
    : `The candidate’s role may not ${what}, which this cluster does not serve.`;
  const advice = `Add ${qualified(read)} to the role with list and watch, or leave ${read.resource} out of --resources.`;
  return [{ ...difference('missing', qualified(read), sentence, served ? 'reject' : 'nothing', [], []), advice }];
}

function isGranted(verb: string, { group, resource }: Readable, has: ReadonlySet<string>): boolean {
  const inGroup = (name: string, of: string) => `${name}${of && `.${of}`}`;
  const names = [inGroup(resource, group), inGroup('*', group), inGroup(resource, '*'), inGroup('*', '*')];
  return [verb, '*'].some((granting) => names.some((name) => has.has(`${granting} ${name}`)));
}

function qualified({ group, resource }: Readable): string {
  return `${resource}${group && `.${group}`}`;
}

function difference(
  what: string,
  permission: string,
  sentence: string,
  severity: GateDifference['severity'],
  old: readonly string[],
  now: readonly string[],
): GateDifference {
  return { id: `permissions/${what}/${permission.replaceAll(' ', '-')}`, part: 'permissions', sentence, severity, old, new: now };
}
