import { atLeast } from '../../version.ts';
import { type AdmissionPolicyBinding, bindingLabels } from '../admission-policy.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { fact, gauge, type ResourceTable } from '../table.ts';

export const validatingAdmissionPolicyBindings: ResourceTable<AdmissionPolicyBinding> = {
  resource: 'validatingadmissionpolicybindings',
  namespaced: false,
  isDefault: (exporter) => atLeast(exporter, '2.20'),
  since: '2.20',
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding' }),
  labels: namespaceAndName('validatingadmissionpolicybinding'),
  families: [
    gauge('kube_validatingadmissionpolicybinding_info', { stability: 'ALPHA', since: '2.20' }, (binding) =>
      fact(bindingLabels(binding)),
    ),
    gauge('kube_validatingadmissionpolicybinding_created', { stability: 'ALPHA', since: '2.20' }, created),
    gauge('kube_validatingadmissionpolicybinding_validation_action', { stability: 'ALPHA', since: '2.20' }, ({ spec }) =>
      (spec?.validationActions ?? []).flatMap((action) => fact({ action })),
    ),
  ],
};
