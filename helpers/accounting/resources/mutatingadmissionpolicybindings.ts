import { atLeast } from '../../version.ts';
import { type AdmissionPolicyBinding, bindingLabels } from '../admission-policy.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

export const mutatingAdmissionPolicyBindings: ResourceTable<AdmissionPolicyBinding> = {
  resource: 'mutatingadmissionpolicybindings',
  namespaced: false,
  isDefault: (exporter) => atLeast(exporter, '2.20'),
  since: '2.20',
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingAdmissionPolicyBinding' }),
  labels: namespaceAndName('mutatingadmissionpolicybinding'),
  families: [
    gauge('kube_mutatingadmissionpolicybinding_info', { stability: 'ALPHA', since: '2.20' }, (binding) =>
      fact(bindingLabels(binding)),
    ),
    gauge('kube_mutatingadmissionpolicybinding_created', { stability: 'ALPHA', since: '2.20' }, created),
  ],
};
