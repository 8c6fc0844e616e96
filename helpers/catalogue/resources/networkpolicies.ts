import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { gauge, type ResourceTable, value } from '../table.ts';

export interface NetworkPolicy extends KubernetesObject {
  readonly spec?: { readonly ingress?: readonly unknown[]; readonly egress?: readonly unknown[] };
}

export const networkPolicies: ResourceTable<NetworkPolicy> = {
  resource: 'networkpolicies',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }),
  labels: namespaceAndName('networkpolicy'),
  families: [
    gauge('kube_networkpolicy_created', { stability: 'ALPHA' }, created),
    annotationsFamily('networkpolicies', 'kube_networkpolicy_annotations', { stability: 'ALPHA' }),
    labelsFamily('networkpolicies', 'kube_networkpolicy_labels', { stability: 'ALPHA' }),
    gauge('kube_networkpolicy_spec_ingress_rules', { stability: 'ALPHA' }, ({ spec }) => value(spec?.ingress?.length ?? 0)),
    gauge('kube_networkpolicy_spec_egress_rules', { stability: 'ALPHA' }, ({ spec }) => value(spec?.egress?.length ?? 0)),
  ],
};
