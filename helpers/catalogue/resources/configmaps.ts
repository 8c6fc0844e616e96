import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, resourceVersion } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export const configMaps: ResourceTable<KubernetesObject> = {
  resource: 'configmaps',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'ConfigMap' }),
  labels: namespaceAndName('configmap'),
  families: [
    annotationsFamily('configmaps', 'kube_configmap_annotations', { stability: 'ALPHA' }),
    labelsFamily('configmaps', 'kube_configmap_labels', { stability: 'STABLE' }),
    gauge('kube_configmap_info', { stability: 'STABLE' }, () => value(1)),
    gauge('kube_configmap_created', { stability: 'STABLE' }, created),
    gauge('kube_configmap_metadata_resource_version', { stability: 'ALPHA' }, resourceVersion),
  ],
};
