import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { configMaps } from './configmaps.ts';

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'settings',
    namespace: 'shop',
    creationTimestamp: '2024-05-01T10:00:00Z',
    resourceVersion: '83512',
    labels: { 'app.kubernetes.io/name': 'web', tier: 'front' },
    annotations: { owner: 'team-a' },
  },
  data: { colour: 'blue' },
};

test('a config map has its name, time and resource version, never its data', () => {
  expect(samplesAsText(configMaps, configMap, '2.20.0')).toEqual(
    asText(`
      kube_configmap_info 1
      kube_configmap_created 1714557600
      kube_configmap_metadata_resource_version 83512
    `),
  );
});

test('before 2.10 there is a series of labels and one of annotations, even without an allowlist', () => {
  expect(samplesAsText(configMaps, configMap, '2.5.0')).toEqual(
    asText(`
      kube_configmap_annotations 1
      kube_configmap_labels 1
      kube_configmap_info 1
      kube_configmap_created 1714557600
      kube_configmap_metadata_resource_version 83512
    `),
  );
});

test('labels are exposed that the allowlist for config maps allows', () => {
  const metricLabelsAllowlist = new Map([['configmaps', ['app.kubernetes.io/name']]]);

  expect(samplesAsText(configMaps, configMap, '2.20.0', { metricLabelsAllowlist })).toContain(
    'kube_configmap_labels{label_app_kubernetes_io_name="web"} 1',
  );
});
