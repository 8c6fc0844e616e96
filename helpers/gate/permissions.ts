import { type Readable, readsOf } from '../exporter/reads.ts';
import type { Target } from '../exporter/target.ts';
import { permissionsOf } from '../kube/permission.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import type { PolicyRule } from '../kube/workload.ts';
import type { GateDifference } from './difference.ts';

/** Differences between the roles of both sides, and the resources that the candidate reads without permission. */
export function gatePermissions(
  old: Pick<Target, 'access'>,
  now: Pick<Target, 'access' | 'version' | 'arguments'>,
  mapper: Pick<ResourceMapper, 'serves'>,
): readonly GateDifference[] {
  const [before, after] = [granted(old), granted(now)];
  const added = [...after].filter((permission) => !before.has(permission));
  const removed = [...before].filter((permission) => !after.has(permission));
  return [
    ...added.map((permission) =>
      difference('added', permission, `The candidate’s role may also ${permission}.`, 'note', [], [permission]),
    ),
    ...removed.map((permission) =>
      difference('removed', permission, `The candidate’s role may no longer ${permission}.`, 'harmless', [permission], []),
    ),
    ...readsOf(now).flatMap((read) => missingPermission(read, after, mapper)),
  ];
}

/** The permissions of the roles that the manifests bind to the ServiceAccount: `list pods`. */
function granted({ access }: Pick<Target, 'access'>): ReadonlySet<string> {
  const rules = access.roles.flatMap((role) => role.rules ?? []);
  const resourceRules = rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length === 0);
  const nonResourceRules = rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0);
  return new Set(
    permissionsOf({ resourceRules: resourceRules as PolicyRule[], nonResourceRules: nonResourceRules as PolicyRule[] }).keys(),
  );
}

function missingPermission(
  read: Readable,
  permissions: ReadonlySet<string>,
  mapper: Pick<ResourceMapper, 'serves'>,
): readonly GateDifference[] {
  const verbs = ['list', 'watch'].filter((verb) => !isGranted(verb, read, permissions));
  if (verbs.length === 0) return [];
  const permission = `${verbs.join(' and ')} ${qualified(read)}`;
  const served = mapper.serves(read.apiVersion, read.kind);
  const sentence = served
    ? `The candidate reads ${qualified(read)}, and its role may not ${permission}: it exposes none of them and logs errors repeatedly.`
    : `The candidate’s role may not ${permission}, which this cluster does not serve.`;
  const advice = `Add ${qualified(read)} to the role with list and watch, or remove ${read.resource} from --resources.`;
  return [{ ...difference('missing', qualified(read), sentence, served ? 'reject' : 'harmless', [], []), advice }];
}

function isGranted(verb: string, { group, resource }: Readable, permissions: ReadonlySet<string>): boolean {
  const inGroup = (name: string, apiGroup: string) => `${name}${apiGroup && `.${apiGroup}`}`;
  const names = [inGroup(resource, group), inGroup('*', group), inGroup(resource, '*'), inGroup('*', '*')];
  return [verb, '*'].some((granting) => names.some((name) => permissions.has(`${granting} ${name}`)));
}

function qualified({ group, resource }: Readable): string {
  return `${resource}${group && `.${group}`}`;
}

function difference(
  kind: 'added' | 'removed' | 'missing',
  permission: string,
  sentence: string,
  severity: GateDifference['severity'],
  old: readonly string[],
  now: readonly string[],
): GateDifference {
  return { id: `permissions/${kind}/${permission.replaceAll(' ', '-')}`, part: 'permissions', sentence, severity, old, new: now };
}
