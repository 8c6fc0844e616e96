import type { AdmissionPolicyBinding } from '../admission-policy.ts';
import { mutatingAdmissionPolicyBindings } from './mutatingadmissionpolicybindings.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const binding: AdmissionPolicyBinding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingAdmissionPolicyBinding',
  metadata: { name: 'replica-limit-shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: {
    policyName: 'replica-limit',
    paramRef: { name: 'shop', namespace: 'policies', parameterNotFoundAction: 'Deny' },
  },
};

test('2.20 tells of a binding with its policy and parameters', () => {
  expect(samplesAsText(mutatingAdmissionPolicyBindings, binding, '2.20.0')).toEqual(
    asText(`
      kube_mutatingadmissionpolicybinding_info{policy_name="replica-limit",param_name="shop",param_namespace="policies",param_not_found_action="Deny"} 1
      kube_mutatingadmissionpolicybinding_created 1714557600
    `),
  );
});

test('a binding without parameters has empty labels', () => {
  expect(samplesAsText(mutatingAdmissionPolicyBindings, { ...binding, spec: { policyName: 'replica-limit' } }, '2.20.0')).toEqual(
    asText(`
      kube_mutatingadmissionpolicybinding_info{policy_name="replica-limit",param_name="",param_namespace="",param_not_found_action=""} 1
      kube_mutatingadmissionpolicybinding_created 1714557600
    `),
  );
});

test('older releases do not know bindings; 2.20 reads them without being told to', () => {
  expect(samplesAsText(mutatingAdmissionPolicyBindings, binding, '2.19.1')).toEqual([]);
  expect(mutatingAdmissionPolicyBindings.isDefault({ major: 2, minor: 19, patch: 1 })).toBe(false);
  expect(mutatingAdmissionPolicyBindings.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(true);
});
