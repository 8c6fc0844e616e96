import type { RawObject } from './object.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A ServiceAccount, and what it may do in the whole cluster. */
interface Account {
  readonly namespace: string;
  readonly name: string;
  /** Of the ClusterRole and its binding, which have no namespace; the account's own unless told. */
  readonly roleName?: string;
  /** As a ClusterRole has them. */
  readonly rules: readonly object[];
}

/** The objects that make an account, in an order in which they can be created. */
export function accountObjects({ namespace, name, roleName = name, rules }: Account): readonly RawObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: roleName }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: roleName },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  ];
}
