import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created } from '../metadata.ts';
import { type Condition, conditionSamples, gauge, oneOf, type ResourceTable } from '../table.ts';

export interface Namespace extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
  };
}

export const namespaces: ResourceTable<Namespace> = {
  resource: 'namespaces',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Namespace' }),
  labels: ({ metadata }) => ({ namespace: metadata.name }),
  families: [
    gauge('kube_namespace_created', { stability: 'STABLE' }, created),
    annotationsFamily('namespaces', 'kube_namespace_annotations', { stability: 'ALPHA' }),
    labelsFamily('namespaces', 'kube_namespace_labels', { stability: 'STABLE' }),
    gauge('kube_namespace_status_phase', { stability: 'STABLE' }, (namespace: Namespace) =>
      oneOf('phase', ['Active', 'Terminating'], namespace.status?.phase),
    ),
    gauge('kube_namespace_status_condition', { stability: 'ALPHA' }, (namespace: Namespace) =>
      (namespace.status?.conditions ?? []).flatMap(({ type, status }) => conditionSamples(status, { condition: type }, 'status')),
    ),
  ],
};
