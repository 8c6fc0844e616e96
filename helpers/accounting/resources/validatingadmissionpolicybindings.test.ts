import type { AdmissionPolicyBinding } from '../admission-policy.ts';
import { asText, samplesAsText } from './samples-as-text.ts';
import { validatingAdmissionPolicyBindings } from './validatingadmissionpolicybindings.ts';

const binding: AdmissionPolicyBinding = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: 'replica-limit-shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: {
    policyName: 'replica-limit',
    paramRef: { name: 'shop', namespace: 'policies', parameterNotFoundAction: 'Deny' },
    validationActions: ['Deny', 'Audit'],
  },
};

test('2.20 tells of a binding with its policy and parameters, and with each action', () => {
  expect(samplesAsText(validatingAdmissionPolicyBindings, binding, '2.20.0')).toEqual(
    asText(`
      kube_validatingadmissionpolicybinding_info{policy_name="replica-limit",param_name="shop",param_namespace="policies",param_not_found_action="Deny"} 1
      kube_validatingadmissionpolicybinding_created 1714557600
      kube_validatingadmissionpolicybinding_validation_action{action="Deny"} 1
      kube_validatingadmissionpolicybinding_validation_action{action="Audit"} 1
    `),
  );
});

test('a binding without parameters has empty labels', () => {
  expect(
    samplesAsText(validatingAdmissionPolicyBindings, { ...binding, spec: { policyName: 'replica-limit' } }, '2.20.0'),
  ).toEqual(
    asText(`
      kube_validatingadmissionpolicybinding_info{policy_name="replica-limit",param_name="",param_namespace="",param_not_found_action=""} 1
      kube_validatingadmissionpolicybinding_created 1714557600
    `),
  );
});

test('older releases do not know bindings; 2.20 reads them without being told to', () => {
  expect(samplesAsText(validatingAdmissionPolicyBindings, binding, '2.19.1')).toEqual([]);
  expect(validatingAdmissionPolicyBindings.isDefault({ major: 2, minor: 19, patch: 1 })).toBe(false);
  expect(validatingAdmissionPolicyBindings.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(true);
});
