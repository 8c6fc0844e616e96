import type { KubernetesObject } from '../../kube/object.ts';
import { contextOf } from '../table.ts';
import { clusterRoles } from './clusterroles.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const viewer: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'viewer', resourceVersion: '61', creationTimestamp: '2024-05-01T10:00:00Z', labels: { team: 'shop' } },
};

const always = `
  kube_clusterrole_info 1
  kube_clusterrole_created 1714557600
  kube_clusterrole_metadata_resource_version 61
`;

test('it is told by time and resource version from 2.6 on, where it is asked for', () => {
  expect(samplesAsText(clusterRoles, viewer, '2.5.0')).toEqual([]);
  expect(samplesAsText(clusterRoles, viewer, '2.6.0')).toEqual(
    asText(`${always}
      kube_clusterrole_annotations 1
      kube_clusterrole_labels 1`),
  );
  expect(samplesAsText(clusterRoles, viewer, '2.20.0')).toEqual(asText(always));
  expect(clusterRoles.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
});

test('its labels follow the allowlist of its own resource', () => {
  const options = { metricLabelsAllowlist: new Map([['clusterroles', ['team']]]) };

  expect(samplesAsText(clusterRoles, viewer, '2.20.0', options)).toContain('kube_clusterrole_labels{label_team="shop"} 1');
});

test('its samples name it', () => {
  expect(clusterRoles.labels(viewer, contextOf({ major: 2, minor: 20, patch: 0 }, {}))).toEqual({ clusterrole: 'viewer' });
});
