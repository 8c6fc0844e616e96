import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, resourceVersion } from '../metadata.ts';
import { type FamilyRow, fact, gauge, type ResourceTable } from '../table.ts';

/** A RoleBinding or a ClusterRoleBinding. */
export interface Binding extends KubernetesObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
}

export const roles: ResourceTable = {
  resource: 'roles',
  namespaced: true,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' }),
  labels: namespaceAndName('role'),
  families: roleFamilies('roles', 'kube_role'),
};

export const clusterRoles: ResourceTable = {
  resource: 'clusterroles',
  namespaced: false,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }),
  labels: ({ metadata }) => ({ clusterrole: metadata.name }),
  families: roleFamilies('clusterroles', 'kube_clusterrole'),
};

export const roleBindings: ResourceTable<Binding> = {
  resource: 'rolebindings',
  namespaced: true,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }),
  labels: namespaceAndName('rolebinding'),
  families: bindingFamilies('rolebindings', 'kube_rolebinding'),
};

export const clusterRoleBindings: ResourceTable<Binding> = {
  resource: 'clusterrolebindings',
  namespaced: false,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' }),
  labels: ({ metadata }) => ({ clusterrolebinding: metadata.name }),
  families: bindingFamilies('clusterrolebindings', 'kube_clusterrolebinding'),
};

/** The families of a Role and of a ClusterRole: `roleFamilies('roles', 'kube_role')`. */
function roleFamilies(resource: string, prefix: string): readonly FamilyRow[] {
  return families(resource, prefix, () => fact({}));
}

/** The families of a RoleBinding and of a ClusterRoleBinding. */
function bindingFamilies(resource: string, prefix: string): readonly FamilyRow<Binding>[] {
  return families<Binding>(resource, prefix, ({ roleRef }) => fact({ roleref_kind: roleRef.kind, roleref_name: roleRef.name }));
}

function families<O extends KubernetesObject>(
  resource: string,
  prefix: string,
  infoSamples: FamilyRow<O>['samples'],
): readonly FamilyRow<O>[] {
  const alpha = { stability: 'ALPHA', since: '2.6' } as const;
  return [
    annotationsFamily(resource, `${prefix}_annotations`, alpha),
    labelsFamily(resource, `${prefix}_labels`, alpha),
    gauge(`${prefix}_info`, alpha, infoSamples),
    gauge(`${prefix}_created`, alpha, created),
    gauge(`${prefix}_metadata_resource_version`, alpha, resourceVersion),
  ];
}
