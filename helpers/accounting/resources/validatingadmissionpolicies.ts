import { atLeast } from '../../version.ts';
import { type AdmissionPolicy, policyLabels } from '../admission-policy.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

export const validatingAdmissionPolicies: ResourceTable<AdmissionPolicy> = {
  resource: 'validatingadmissionpolicies',
  namespaced: false,
  isDefault: (exporter) => atLeast(exporter, '2.20'),
  since: '2.20',
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy' }),
  labels: namespaceAndName('validatingadmissionpolicy'),
  families: [
    gauge('kube_validatingadmissionpolicy_info', { stability: 'ALPHA', since: '2.20' }, (policy) => fact(policyLabels(policy))),
    gauge('kube_validatingadmissionpolicy_created', { stability: 'ALPHA', since: '2.20' }, created),
  ],
};
