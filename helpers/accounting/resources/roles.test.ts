import type { KubernetesObject } from '../../kube/object.ts';
import { contextOf } from '../table.ts';
import { roles } from './roles.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const viewer: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'Role',
  metadata: {
    name: 'viewer',
    namespace: 'shop',
    resourceVersion: '61',
    creationTimestamp: '2024-05-01T10:00:00Z',
    labels: { team: 'shop' },
  },
};

const always = `
  kube_role_info 1
  kube_role_created 1714557600
  kube_role_metadata_resource_version 61
`;

test('it is told by time and resource version from 2.6 on, where it is asked for', () => {
  expect(samplesAsText(roles, viewer, '2.5.0')).toEqual([]);
  expect(samplesAsText(roles, viewer, '2.6.0')).toEqual(
    asText(`${always}
      kube_role_annotations 1
      kube_role_labels 1`),
  );
  expect(samplesAsText(roles, viewer, '2.20.0')).toEqual(asText(always));
  expect(roles.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
});

test('its labels follow the allowlist of its own resource', () => {
  const options = { metricLabelsAllowlist: new Map([['roles', ['team']]]) };

  expect(samplesAsText(roles, viewer, '2.20.0', options)).toContain('kube_role_labels{label_team="shop"} 1');
});

test('its samples name it and its namespace', () => {
  expect(roles.labels(viewer, contextOf({ major: 2, minor: 20, patch: 0 }, {}))).toEqual({ namespace: 'shop', role: 'viewer' });
});
