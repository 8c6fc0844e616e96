import type { AdmissionPolicy } from '../admission-policy.ts';
import { asText, samplesAsText } from './samples-as-text.ts';
import { validatingAdmissionPolicies } from './validatingadmissionpolicies.ts';

const policy: AdmissionPolicy = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: 'replica-limit', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: { paramKind: { apiVersion: 'rules.example.com/v1', kind: 'ReplicaLimit' }, failurePolicy: 'Fail' },
};

test('2.20 tells of a policy with the kind of its parameters', () => {
  expect(samplesAsText(validatingAdmissionPolicies, policy, '2.20.0')).toEqual(
    asText(`
      kube_validatingadmissionpolicy_info{param_api_version="rules.example.com/v1",param_kind="ReplicaLimit",failure_policy="Fail"} 1
      kube_validatingadmissionpolicy_created 1714557600
    `),
  );
});

test('a policy that takes no parameters has empty labels', () => {
  expect(samplesAsText(validatingAdmissionPolicies, { ...policy, spec: {} }, '2.20.0')).toContain(
    'kube_validatingadmissionpolicy_info{failure_policy="",param_api_version="",param_kind=""} 1',
  );
});

test('older releases do not know policies; 2.20 reads them without being told to', () => {
  expect(samplesAsText(validatingAdmissionPolicies, policy, '2.19.1')).toEqual([]);
  expect(validatingAdmissionPolicies.isDefault({ major: 2, minor: 19, patch: 1 })).toBe(false);
  expect(validatingAdmissionPolicies.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(true);
});
