import { atLeast } from '../../version.ts';
import { type AdmissionPolicy, policyLabels } from '../admission-policy.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

export const mutatingAdmissionPolicies: ResourceTable<AdmissionPolicy> = {
  resource: 'mutatingadmissionpolicies',
  namespaced: false,
  isDefault: (exporter) => atLeast(exporter, '2.20'),
  since: '2.20',
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicy' }),
  labels: namespaceAndName('mutatingadmissionpolicy'),
  families: [
    gauge('kube_mutatingadmissionpolicy_info', { stability: 'ALPHA', since: '2.20' }, (policy) =>
      fact({ ...policyLabels(policy), reinvocation_policy: policy.spec?.reinvocationPolicy ?? '' }),
    ),
    gauge('kube_mutatingadmissionpolicy_created', { stability: 'ALPHA', since: '2.20' }, created),
  ],
};
