import { readsOf } from '../../helpers/exporter/reads.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import {
  formatPermission,
  formatScoped,
  grants,
  permissionsOf,
  reviewPermissions,
  type ScopedPermission,
} from '../../helpers/kube/permission.ts';
import type { Binding, PolicyRule, Role } from '../../helpers/kube/workload.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { ownShardPermissions, permissionsToRead, promisedReads } from './surplus.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'profile' | 'workloads'>;

/** A rule of a role that is bound to the exporter's ServiceAccount. */
interface Grant {
  readonly rule: PolicyRule;
  /** The namespace of the binding; absent for the whole cluster. */
  readonly namespace?: string;
  /** Whether the role is bound to every ServiceAccount. */
  readonly isCommon: boolean;
}

const RBAC = 'rbac.authorization.k8s.io/v1';

/**
 * Compares the permissions that the exporter needs with the RBAC objects of the cluster.
 * @returns the permissions that no role grants to its ServiceAccount, a line each, and the number of permissions that it needs
 */
export async function missingGrants(
  context: Needed,
): Promise<{ readonly findings: readonly string[]; readonly permissions: number }> {
  const grantsOfAccount = await grantsOf(context);
  const { mapper } = context.client;
  const needed = permissionsToRead(mapper, context.workloads, (target) => readsOf(target, mapper));
  const isGranted = (permission: ScopedPermission) =>
    grantsOfAccount.some(
      ({ rule, namespace = permission.namespace }) => namespace === permission.namespace && grants(rule, permission),
    );
  return { findings: needed.filter((permission) => !isGranted(permission)).map(formatScoped), permissions: needed.length };
}

/** The permissions that roles grant to the exporter's ServiceAccount, not to all of them, and that its release cannot use, a line each. */
export async function surplusGrants(context: Needed): Promise<readonly string[]> {
  const needed = new Set([...promisedReads('allowed', context), ...reviewPermissions].map(formatPermission));
  const own = new Set(ownShardPermissions(context));
  const ownGrants = (await grantsOf(context)).filter(({ isCommon }) => !isCommon);
  const surplus = ownGrants.flatMap(({ rule, namespace }) => {
    const { verbs, nonResourceURLs = [] } = rule;
    const granted = permissionsOf({ resourceRules: [rule], nonResourceRules: [{ verbs, nonResourceURLs }] });
    return [...granted.keys()]
      .filter((permission) => !needed.has(permission) && !(namespace === context.target.namespace && own.has(permission)))
      .map((permission) => inNamespace(permission, namespace));
  });
  return [...new Set(surplus)];
}

function inNamespace(permission: string, namespace: string | undefined): string {
  return namespace === undefined ? permission : `${permission} in the namespace ${namespace}`;
}

const grantsOf = memoizePerContext(async ({ client, target }: Needed): Promise<readonly Grant[]> => {
  const [roleBindings, clusterRoleBindings, roles, clusterRoles] = await Promise.all([
    list<Binding>(client, 'RoleBinding'),
    list<Binding>(client, 'ClusterRoleBinding'),
    list<Role>(client, 'Role'),
    list<Role>(client, 'ClusterRole'),
  ]);
  const account = { namespace: target.namespace, name: target.serviceAccountName };
  return [...roleBindings, ...clusterRoleBindings].flatMap((binding) => {
    const reach = reachOf(binding, account);
    if (!reach) return [];
    const { kind, name } = binding.roleRef;
    const { namespace } = binding.metadata;
    const role =
      kind === 'ClusterRole'
        ? clusterRoles.find(({ metadata }) => metadata.name === name)
        : roles.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const scope = namespace === undefined ? {} : { namespace };
    return (role?.rules ?? []).map((rule) => ({ rule, ...scope, isCommon: reach === 'all accounts' }));
  });
});

function list<O extends Binding | Role>(client: KubeClient, kind: string): Promise<readonly O[]> {
  return client.list<O>({ apiVersion: RBAC, kind });
}

/** How a binding reaches the account; undefined when it does not. Source: Kubernetes, RBAC: referring to subjects. */
function reachOf(
  { subjects = [] }: Binding,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): 'the account' | 'all accounts' | undefined {
  const user = `system:serviceaccount:${namespace}:${name}`;
  const namesAccount = subjects.some(
    (subject) =>
      (subject.kind === 'ServiceAccount' && subject.namespace === namespace && subject.name === name) ||
      (subject.kind === 'User' && subject.name === user) ||
      (subject.kind === 'Group' && subject.name === `system:serviceaccounts:${namespace}`),
  );
  if (namesAccount) return 'the account';
  const groupsOfAll = ['system:serviceaccounts', 'system:authenticated'];
  return subjects.some((subject) => subject.kind === 'Group' && groupsOfAll.includes(subject.name)) ? 'all accounts' : undefined;
}
