import type { Binding } from '../rbac.ts';
import { contextOf } from '../table.ts';
import { clusterRoleBindings } from './clusterrolebindings.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const viewer: Binding = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'viewer', resourceVersion: '61', creationTimestamp: '2024-05-01T10:00:00Z', labels: { team: 'shop' } },
  roleRef: { kind: 'ClusterRole', name: 'view' },
};

const always = `
  kube_clusterrolebinding_info{roleref_kind="ClusterRole",roleref_name="view"} 1
  kube_clusterrolebinding_created 1714557600
  kube_clusterrolebinding_metadata_resource_version 61
`;

test('it is told with the role that it gives from 2.6 on, where it is asked for', () => {
  expect(samplesAsText(clusterRoleBindings, viewer, '2.5.0')).toEqual([]);
  expect(samplesAsText(clusterRoleBindings, viewer, '2.6.0')).toEqual(
    asText(`${always}
      kube_clusterrolebinding_annotations 1
      kube_clusterrolebinding_labels 1`),
  );
  expect(samplesAsText(clusterRoleBindings, viewer, '2.20.0')).toEqual(asText(always));
  expect(clusterRoleBindings.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
});

test('its labels follow the allowlist of its own resource', () => {
  const options = { metricLabelsAllowlist: new Map([['clusterrolebindings', ['team']]]) };

  expect(samplesAsText(clusterRoleBindings, viewer, '2.20.0', options)).toContain(
    'kube_clusterrolebinding_labels{label_team="shop"} 1',
  );
});

test('its samples name it', () => {
  expect(clusterRoleBindings.labels(viewer, contextOf({ major: 2, minor: 20, patch: 0 }, {}))).toEqual({
    clusterrolebinding: 'viewer',
  });
});
