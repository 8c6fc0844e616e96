import type { Binding } from '../rbac.ts';
import { contextOf } from '../table.ts';
import { roleBindings } from './rolebindings.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const viewer: Binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'RoleBinding',
  metadata: {
    name: 'viewer',
    namespace: 'shop',
    resourceVersion: '61',
    creationTimestamp: '2024-05-01T10:00:00Z',
    labels: { team: 'shop' },
  },
  roleRef: { kind: 'ClusterRole', name: 'view' },
};

const always = `
  kube_rolebinding_info{roleref_kind="ClusterRole",roleref_name="view"} 1
  kube_rolebinding_created 1714557600
  kube_rolebinding_metadata_resource_version 61
`;

test('it is told with the role that it gives from 2.6 on, where it is asked for', () => {
  expect(samplesAsText(roleBindings, viewer, '2.5.0')).toEqual([]);
  expect(samplesAsText(roleBindings, viewer, '2.6.0')).toEqual(
    asText(`${always}
      kube_rolebinding_annotations 1
      kube_rolebinding_labels 1`),
  );
  expect(samplesAsText(roleBindings, viewer, '2.20.0')).toEqual(asText(always));
  expect(roleBindings.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
});

test('its labels follow the allowlist of its own resource', () => {
  const options = { metricLabelsAllowlist: new Map([['rolebindings', ['team']]]) };

  expect(samplesAsText(roleBindings, viewer, '2.20.0', options)).toContain('kube_rolebinding_labels{label_team="shop"} 1');
});

test('its samples name it and its namespace', () => {
  expect(roleBindings.labels(viewer, contextOf({ major: 2, minor: 20, patch: 0 }, {}))).toEqual({
    namespace: 'shop',
    rolebinding: 'viewer',
  });
});
