import type { KubernetesObject } from '../kube/object.ts';
import { annotationsFamily, labelsFamily } from './labels.ts';
import { created, resourceVersion } from './metadata.ts';
import { type FamilyRow, fact, gauge } from './table.ts';

/** A RoleBinding or a ClusterRoleBinding. */
export interface Binding extends KubernetesObject {
  readonly roleRef: { readonly kind: string; readonly name: string };
}

/** The families of a Role and of a ClusterRole: `roleFamilies('roles', 'kube_role')`. */
export function roleFamilies(resource: string, prefix: string): readonly FamilyRow[] {
  return families(resource, prefix, () => fact({}));
}

/** The families of a RoleBinding and of a ClusterRoleBinding. */
export function bindingFamilies(resource: string, prefix: string): readonly FamilyRow<Binding>[] {
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
