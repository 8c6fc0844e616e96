import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, ownerSamples, resourceVersion } from '../metadata.ts';
import { fact, gauge, type ResourceTable, value } from '../table.ts';

export interface Secret extends KubernetesObject {
  readonly type?: string;
}

export const secrets: ResourceTable<Secret> = {
  resource: 'secrets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Secret' }),
  labels: namespaceAndName('secret'),
  families: [
    gauge('kube_secret_info', { stability: 'STABLE' }, () => value(1)),
    gauge('kube_secret_type', { stability: 'STABLE' }, ({ type = '' }: Secret) => fact({ type })),
    annotationsFamily('secrets', 'kube_secret_annotations', { stability: 'ALPHA' }),
    labelsFamily('secrets', 'kube_secret_labels', { stability: 'STABLE' }),
    gauge('kube_secret_created', { stability: 'STABLE' }, created),
    gauge('kube_secret_metadata_resource_version', { stability: 'ALPHA' }, resourceVersion),
    gauge('kube_secret_owner', { stability: 'ALPHA', since: '2.11' }, ownerSamples),
  ],
};
