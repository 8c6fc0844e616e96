import type { ApiResource } from './reference.ts';
import type { PolicyRule } from './workload.ts';

/** A verb on a resource or subresource, in any version: RBAC has no versions. */
export interface Permission {
  readonly verb: string;
  /** '' for the core group */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

/** A permission in one namespace, or in the whole cluster. */
export interface ScopedPermission extends Permission {
  readonly namespace?: string;
}

const READS = ['get', 'list', 'watch'];
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const ESCALATIONS = ['impersonate', 'escalate', 'bind'];

/** The kind of access that a verb gives: every verb that neither reads nor escalates counts as a write. */
export type Purpose = 'read' | 'write' | 'escalate';

export function purposeOf(verb: string): Purpose {
  if (READS.includes(verb)) return 'read';
  return ESCALATIONS.includes(verb) ? 'escalate' : 'write';
}

/** `delete pods`, `create pods/exec`, `list deployments.apps` */
export function formatPermission({ verb, group, resource, subresource }: Permission): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group && `.${group}`}`;
}

/** `list pods in the namespace shop` */
export function formatScoped(permission: ScopedPermission): string {
  const { namespace } = permission;
  return `${formatPermission(permission)}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
}

/**
 * Every permission that a ServiceAccount could have: each verb on each discovered resource, and the escalations, which discovery lacks.
 * Source: Kubernetes, Authorization: request verbs; RBAC good practices: escalate, bind and impersonate.
 * @param namespace of namespaced resources; a permission that is denied there is denied in the whole cluster
 */
export function allPermissions(resources: readonly ApiResource[], namespace: string): readonly ScopedPermission[] {
  const permissions = resources.flatMap(({ group, name, subresource, namespaced }) =>
    [...READS, ...WRITES].map((verb) => scoped({ verb, group, resource: name, subresource }, namespaced ? namespace : undefined)),
  );
  return [
    ...new Map(
      [...permissions, ...escalations(namespace)].map((permission) => [formatPermission(permission), permission]),
    ).values(),
  ];
}

function escalations(namespace: string): readonly ScopedPermission[] {
  const authentication = 'authentication.k8s.io';
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { verb: 'impersonate', group: '', resource: 'users' },
    { verb: 'impersonate', group: '', resource: 'groups' },
    { verb: 'impersonate', group: '', resource: 'serviceaccounts', namespace },
    { verb: 'impersonate', group: authentication, resource: 'userextras' },
    { verb: 'impersonate', group: authentication, resource: 'uids' },
    ...['escalate', 'bind'].flatMap((verb) => [
      { verb, group: rbac, resource: 'roles', namespace },
      { verb, group: rbac, resource: 'clusterroles' },
    ]),
  ];
}

/** The permissions that the exporter needs in the whole cluster: to list and watch the resources that it reads. */
export function readPermissions(reads: readonly Pick<Permission, 'group' | 'resource'>[]): readonly Permission[] {
  return reads.flatMap(({ group, resource }) => ['list', 'watch'].map((verb) => ({ verb, group, resource })));
}

/** The permissions to authenticate and authorize the exporter's own clients. Source: the exporter's own role. */
export const reviewPermissions: readonly Permission[] = [
  { verb: 'create', group: 'authentication.k8s.io', resource: 'tokenreviews' },
  { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' },
];

function scoped(
  { subresource, ...whole }: Omit<Permission, 'subresource'> & { subresource: string | undefined },
  namespace: string | undefined,
): ScopedPermission {
  return { ...whole, ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
}

/** The status of a SelfSubjectRulesReview. */
export interface PolicyRules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceRules: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs?: readonly string[] }[];
}

/** A permission of an account. */
export interface GrantedPermission {
  /** `delete pods` */
  readonly what: string;
  readonly purpose: Purpose;
}

/** Each permission of the rules, by its text, wildcards as they are written: `list pods`, `get configmaps "settings"`, `get /metrics`. */
export function permissionsOf({ resourceRules, nonResourceRules }: PolicyRules): ReadonlyMap<string, GrantedPermission> {
  const ofResources = resourceRules.flatMap(actionsOf).map((action) => granted(formatAction(action), action.verb));
  const ofUrls = nonResourceRules.flatMap(({ verbs, nonResourceURLs = [] }) =>
    verbs.flatMap((verb) => nonResourceURLs.map((url) => granted(`${verb} ${url}`, verb))),
  );
  return new Map([...ofResources, ...ofUrls].map((permission) => [permission.what, permission]));
}

function granted(what: string, verb: string): GrantedPermission {
  return { what, purpose: purposeOf(verb) };
}

/** A verb on a resource, on a subresource, or on a single object. */
export interface Action {
  readonly verb: string;
  /** '' for the core group */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** The name of a single object; undefined for all objects. */
  readonly name?: string | undefined;
}

/** Each action that a rule of resources names, wildcards as they are written. */
export function actionsOf({ verbs, apiGroups = [], resources = [], resourceNames = [] }: PolicyRule): readonly Action[] {
  const names = resourceNames.length === 0 ? [undefined] : resourceNames;
  return verbs.flatMap((verb) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((whole) => {
        const [resource = whole, subresource] = whole.split('/');
        return names.map((name) => ({ verb, group, resource, subresource, name }));
      }),
    ),
  );
}

/** `get configmaps "settings"` */
export function formatAction({ name, verb, group, resource, subresource }: Action): string {
  const permission = formatPermission({ verb, group, resource, ...(subresource === undefined ? {} : { subresource }) });
  return name === undefined ? permission : `${permission} "${name}"`;
}

/** Whether a rule allows an action, regardless of where its role is bound. Source: Kubernetes, Using RBAC authorization: referring to resources. */
export function grants(rule: PolicyRule, { verb, group, resource, subresource, name }: Action): boolean {
  const names = subresource === undefined ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    ['*', ...names].some((name) => rule.resources?.includes(name)) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

/** Whether a rule allows a verb on a non-resource path; a path in the rule may end in `*`. */
export function grantsUrl({ verbs, nonResourceURLs = [] }: PolicyRule, verb: string, path: string): boolean {
  return (
    has(verbs, verb) && nonResourceURLs.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))))
  );
}

function has(list: readonly string[] | undefined, expected: string): boolean {
  return list?.some((item) => item === '*' || item === expected) ?? false;
}
