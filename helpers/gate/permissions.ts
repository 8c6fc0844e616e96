import { type Readable, readsOf } from '../exporter/reads.ts';
import type { Target } from '../exporter/target.ts';
import { actionsOf, formatAction, grants, grantsUrl } from '../kube/permission.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import type { PolicyRule } from '../kube/workload.ts';
import type { GateDifference } from './difference.ts';

/** Differences between the roles of both sides, and the resources that the candidate reads without permission. */
export function gatePermissions(
  old: Pick<Target, 'access'>,
  now: Pick<Target, 'access' | 'version' | 'arguments'>,
  mapper: Pick<ResourceMapper, 'serves'>,
): readonly GateDifference[] {
  const [before, after] = [rulesOf(old), rulesOf(now)];
  const added = beyond(after, before);
  const removed = beyond(before, after);
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

/** A permission of a role, as it is written there. */
interface Grant {
  /** `list pods`, `get configmaps "settings"`, `get /metrics` */
  readonly what: string;
  /** Whether other rules allow all of it. */
  readonly isIn: (rules: readonly PolicyRule[]) => boolean;
}

/** The rules of the roles that the manifests bind to the ServiceAccount. */
function rulesOf({ access }: Pick<Target, 'access'>): readonly PolicyRule[] {
  return access.roles.flatMap((role) => role.rules ?? []);
}

/** What rules grant and other rules do not: a wildcard covers what it stands for, and a rule for all objects each by its name. */
function beyond(rules: readonly PolicyRule[], others: readonly PolicyRule[]): readonly string[] {
  const surplus = rules.flatMap(grantsOf).filter((grant) => !grant.isIn(others));
  return [...new Set(surplus.map(({ what }) => what))];
}

function grantsOf(rule: PolicyRule): readonly Grant[] {
  const ofResources = actionsOf(rule).map(
    (action): Grant => ({
      what: formatAction(action),
      isIn: (rules) => rules.some((each) => grants(each, action)),
    }),
  );
  const ofUrls = rule.verbs.flatMap((verb) =>
    (rule.nonResourceURLs ?? []).map(
      (url): Grant => ({
        what: `${verb} ${url}`,
        isIn: (rules) => rules.some((each) => grantsUrl(each, verb, url)),
      }),
    ),
  );
  return [...ofResources, ...ofUrls];
}

function missingPermission(
  read: Readable,
  rules: readonly PolicyRule[],
  mapper: Pick<ResourceMapper, 'serves'>,
): readonly GateDifference[] {
  const { group, resource } = read;
  const verbs = ['list', 'watch'].filter((verb) => !rules.some((rule) => grants(rule, { verb, group, resource })));
  if (verbs.length === 0) return [];
  const permission = `${verbs.join(' and ')} ${qualified(read)}`;
  const served = mapper.serves(read.apiVersion, read.kind);
  const sentence = served
    ? `The candidate reads ${qualified(read)}, and its role may not ${permission}: it exposes none of them and logs errors repeatedly.`
    : `The candidate’s role may not ${permission}, which this cluster does not serve.`;
  const advice = `Add ${qualified(read)} to the role with list and watch, or remove ${read.resource} from --resources.`;
  return [{ ...difference('missing', qualified(read), sentence, served ? 'reject' : 'harmless', [], []), advice }];
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
