import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

export interface IngressClass extends KubernetesObject {
  readonly spec?: { readonly controller?: string };
}

export const ingressClasses: ResourceTable<IngressClass> = {
  resource: 'ingressclasses',
  namespaced: false,
  isDefault: () => false,
  since: '2.7',
  reads: () => ({ apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass' }),
  labels: ({ metadata }) => ({ ingressclass: metadata.name }),
  families: [
    gauge('kube_ingressclass_info', { stability: 'ALPHA', since: '2.7' }, ({ spec }) =>
      fact({ controller: spec?.controller ?? '' }),
    ),
    gauge('kube_ingressclass_created', { stability: 'ALPHA', since: '2.7' }, created),
    annotationsFamily('ingressclasses', 'kube_ingressclass_annotations', { stability: 'ALPHA', since: '2.7' }),
    labelsFamily('ingressclasses', 'kube_ingressclass_labels', { stability: 'ALPHA', since: '2.7' }),
  ],
};
