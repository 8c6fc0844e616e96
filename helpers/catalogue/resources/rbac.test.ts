import type { KubernetesObject } from '../../kube/object.ts';
import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Binding, clusterRoleBindings, clusterRoles, roleBindings, roles } from './rbac.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const clusterWide = {
  name: 'viewer',
  resourceVersion: '61',
  creationTimestamp: '2024-05-01T10:00:00Z',
  labels: { team: 'shop' },
};
const namespaced = { ...clusterWide, namespace: 'shop' };
const roleRef = { kind: 'ClusterRole', name: 'view' };

const role: KubernetesObject = { apiVersion, kind: 'Role', metadata: namespaced };
const clusterRole: KubernetesObject = { apiVersion, kind: 'ClusterRole', metadata: clusterWide };
const roleBinding: Binding = { apiVersion, kind: 'RoleBinding', metadata: namespaced, roleRef };
const clusterRoleBinding: Binding = { apiVersion, kind: 'ClusterRoleBinding', metadata: clusterWide, roleRef };

const roleReference = '{roleref_kind="ClusterRole",roleref_name="view"}';
const context = contextOf({ major: 2, minor: 20, patch: 0 }, {});

describe.each([
  { table: roles, object: role, prefix: 'kube_role', info: '', labels: { namespace: 'shop', role: 'viewer' } },
  { table: clusterRoles, object: clusterRole, prefix: 'kube_clusterrole', info: '', labels: { clusterrole: 'viewer' } },
  {
    table: roleBindings,
    object: roleBinding,
    prefix: 'kube_rolebinding',
    info: roleReference,
    labels: { namespace: 'shop', rolebinding: 'viewer' },
  },
  {
    table: clusterRoleBindings,
    object: clusterRoleBinding,
    prefix: 'kube_clusterrolebinding',
    info: roleReference,
    labels: { clusterrolebinding: 'viewer' },
  },
])('$table.resource', ({ table, object, prefix, info, labels }) => {
  const samples = (release: string, options = {}) => samplesAsText<Binding>(table, object as Binding, release, options);
  const always = `
    ${prefix}_info${info} 1
    ${prefix}_created 1714557600
    ${prefix}_metadata_resource_version 61
  `;

  test('are exposed from 2.6 on, and not by default', () => {
    expect(samples('2.5.0')).toEqual([]);
    expect(samples('2.6.0')).toEqual(
      asText(`${always}
        ${prefix}_annotations 1
        ${prefix}_labels 1`),
    );
    expect(samples('2.20.0')).toEqual(asText(always));
    expect(table.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
  });

  test('have the labels that the allowlist names for the resource', () => {
    const options = { metricLabelsAllowlist: new Map([[table.resource, ['team']]]) };

    expect(samples('2.20.0', options)).toContain(`${prefix}_labels{label_team="shop"} 1`);
  });

  test('have samples with the name, and the namespace of a namespaced kind', () => {
    expect(table.labels(object as Binding, context)).toEqual(labels);
  });
});
