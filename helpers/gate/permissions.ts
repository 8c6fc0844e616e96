import { binds } from '../exporter/find.ts';
import { namespacesRead, type Readable, readsOf } from '../exporter/reads.ts';
import type { Target } from '../exporter/target.ts';
import { actionsOf, formatAction, grants, grantsUrl } from '../kube/permission.ts';
import type { ResourceMapper } from '../kube/reference.ts';
import type { PolicyRule } from '../kube/workload.ts';
import type { GateDifference } from './difference.ts';

type Mapper = Pick<ResourceMapper, 'serves' | 'resources'>;

/** Differences between the roles of both sides, where each is bound, and the resources that the candidate reads without permission. */
export function gatePermissions(
  old: Pick<Target, 'access' | 'namespace'>,
  now: Pick<Target, 'access' | 'namespace' | 'version' | 'arguments'>,
  mapper: Mapper,
): readonly GateDifference[] {
  const [before, after] = [boundRules(old), boundRules(now)];
  const added = beyond(after, before);
  const removed = beyond(before, after);
  return [
    ...added.map((permission) =>
      difference('added', permission, `The candidate’s role may also ${permission}.`, 'note', [], [permission]),
    ),
    ...removed.map((permission) =>
      difference('removed', permission, `The candidate’s role may no longer ${permission}.`, 'harmless', [permission], []),
    ),
    ...readsOf(now, mapper).flatMap((read) => missingPermission(read, now, after, mapper)),
  ];
}

/** A rule of a role, and where the role is bound. */
interface BoundRule {
  readonly rule: PolicyRule;
  /** The namespace of the RoleBinding, `own` for the exporter's, which differs between the sides; undefined for the whole cluster. */
  readonly namespace: string | typeof own | undefined;
}

const own = Symbol('the exporter’s own namespace');

/** A permission of a role, as it is written there. */
interface Grant {
  /** `list pods`, `list pods in the namespace shop`, `get configmaps "settings"`, `get /metrics` */
  readonly what: string;
  /** Whether other rules allow all of it. */
  readonly isIn: (rules: readonly BoundRule[]) => boolean;
}

/** The rules of the roles that the manifests bind to the ServiceAccount, once for each binding. */
function boundRules({
  access: { bindings, roles },
  namespace: home,
}: Pick<Target, 'access' | 'namespace'>): readonly BoundRule[] {
  return bindings.flatMap((binding) => {
    const { kind, metadata } = binding;
    const namespace = kind === 'ClusterRoleBinding' ? undefined : metadata.namespace === home ? own : (metadata.namespace ?? own);
    const bound = roles.filter((role) => binds(binding, role));
    return bound.flatMap(({ rules }) => rules ?? []).map((rule) => ({ rule, namespace }));
  });
}

/** What rules grant and other rules do not: a wildcard covers what it stands for, and a rule for all objects each by its name. */
function beyond(rules: readonly BoundRule[], others: readonly BoundRule[]): readonly string[] {
  const surplus = rules.flatMap(grantsOf).filter((grant) => !grant.isIn(others));
  return [...new Set(surplus.map(({ what }) => what))];
}

function grantsOf({ rule, namespace }: BoundRule): readonly Grant[] {
  const ofResources = actionsOf(rule).map(
    (action): Grant => ({
      what: `${formatAction(action)}${inNamespace(namespace)}`,
      isIn: (rules) => rules.some((each) => reaches(each, namespace) && grants(each.rule, action)),
    }),
  );
  // A path is in no namespace: a RoleBinding grants none.
  const urls = namespace === undefined ? (rule.nonResourceURLs ?? []) : [];
  const ofUrls = rule.verbs.flatMap((verb) =>
    urls.map(
      (url): Grant => ({
        what: `${verb} ${url}`,
        isIn: (rules) => rules.some((each) => reaches(each, undefined) && grantsUrl(each.rule, verb, url)),
      }),
    ),
  );
  return [...ofResources, ...ofUrls];
}

/** Whether a rule applies in a namespace, undefined for the whole cluster. */
function reaches(bound: BoundRule, namespace: BoundRule['namespace']): boolean {
  return bound.namespace === undefined || bound.namespace === namespace;
}

function inNamespace(namespace: BoundRule['namespace']): string {
  if (namespace === undefined) return '';
  return namespace === own ? ' in its own namespace' : ` in the namespace ${namespace}`;
}

function missingPermission(
  read: Readable,
  now: Pick<Target, 'arguments'>,
  rules: readonly BoundRule[],
  mapper: Mapper,
): readonly GateDifference[] {
  const { group, resource } = read;
  const lacking = namespacesRead(now, read, mapper).flatMap((namespace) => {
    const isGranted = (verb: string) =>
      rules.some((bound) => reaches(bound, namespace) && grants(bound.rule, { verb, group, resource }));
    const verbs = ['list', 'watch'].filter((verb) => !isGranted(verb));
    return verbs.length === 0 ? [] : [{ verbs: verbs.join(' and '), namespace }];
  });
  if (lacking.length === 0) return [];
  const permission = lacking.map(({ verbs, namespace }) => `${verbs} ${qualified(read)}${inNamespace(namespace)}`).join(', nor ');
  const served = mapper.serves(read.apiVersion, read.kind);
  const where = lacking.map(({ namespace }) => inNamespace(namespace)).join(' and');
  const sentence = served
    ? `The candidate reads ${qualified(read)}, and its role may not ${permission}: it exposes none of them${where} and logs errors repeatedly.`
    : `The candidate’s role may not ${permission}, which this cluster does not serve.`;
  const advice = `Add ${qualified(read)} to the role${where} with list and watch, or remove ${read.resource} from --resources.`;
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
