import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import {
  type AdmissionPolicy,
  type AdmissionPolicyBinding,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  type WebhookConfiguration,
} from './admission.ts';

describe('admissionpolicies', () => {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const created = '2024-05-01T10:00:00Z';
  const paramKind = { apiVersion: 'rules.example.com/v1', kind: 'ReplicaLimit' };
  const mutatingPolicy: AdmissionPolicy = {
    apiVersion,
    kind: 'MutatingAdmissionPolicy',
    metadata: { name: 'replica-limit', creationTimestamp: created },
    spec: { paramKind, failurePolicy: 'Fail', reinvocationPolicy: 'IfNeeded' },
  };
  const validatingPolicy: AdmissionPolicy = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'replica-limit', creationTimestamp: created },
    spec: { paramKind, failurePolicy: 'Fail' },
  };

  describe.each([
    {
      table: mutatingAdmissionPolicies,
      policy: mutatingPolicy,
      prefix: 'kube_mutatingadmissionpolicy',
      reinvocation: ',reinvocation_policy="IfNeeded"',
      noReinvocation: ',reinvocation_policy=""',
    },
    {
      table: validatingAdmissionPolicies,
      policy: validatingPolicy,
      prefix: 'kube_validatingadmissionpolicy',
      reinvocation: '',
      noReinvocation: '',
    },
  ])('$table.resource', ({ table, policy, prefix, reinvocation, noReinvocation }) => {
    test('are exposed by 2.20 with the kind of their parameters', () => {
      expect(samplesAsText(table, policy, '2.20.0')).toEqual(
        asText(`
        ${prefix}_info{param_api_version="rules.example.com/v1",param_kind="ReplicaLimit",failure_policy="Fail"${reinvocation}} 1
        ${prefix}_created 1714557600
      `),
      );
    });

    test('have empty labels without parameters', () => {
      expect(samplesAsText(table, { ...policy, spec: {} }, '2.20.0')).toContain(
        `${prefix}_info{failure_policy="",param_api_version="",param_kind=""${noReinvocation}} 1`,
      );
    });

    test('are exposed from 2.20 on, by default', () => {
      expect(samplesAsText(table, policy, '2.19.1')).toEqual([]);
      expect(table.isDefault({ major: 2, minor: 19, patch: 1 })).toBe(false);
      expect(table.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(true);
    });
  });

  const paramRef = { name: 'shop', namespace: 'policies', parameterNotFoundAction: 'Deny' };
  const mutatingBinding: AdmissionPolicyBinding = {
    apiVersion,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name: 'replica-limit-shop', creationTimestamp: created },
    spec: { policyName: 'replica-limit', paramRef },
  };
  const validatingBinding: AdmissionPolicyBinding = {
    apiVersion,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'replica-limit-shop', creationTimestamp: created },
    spec: { policyName: 'replica-limit', paramRef, validationActions: ['Deny', 'Audit'] },
  };
  const actions = `
  kube_validatingadmissionpolicybinding_validation_action{action="Deny"} 1
  kube_validatingadmissionpolicybinding_validation_action{action="Audit"} 1
`;

  describe.each([
    {
      table: mutatingAdmissionPolicyBindings,
      binding: mutatingBinding,
      prefix: 'kube_mutatingadmissionpolicybinding',
      actionSamples: '',
    },
    {
      table: validatingAdmissionPolicyBindings,
      binding: validatingBinding,
      prefix: 'kube_validatingadmissionpolicybinding',
      actionSamples: actions,
    },
  ])('$table.resource', ({ table, binding, prefix, actionSamples }) => {
    test('are exposed by 2.20 with policy, parameters and actions', () => {
      expect(samplesAsText(table, binding, '2.20.0')).toEqual(
        asText(`
        ${prefix}_info{policy_name="replica-limit",param_name="shop",param_namespace="policies",param_not_found_action="Deny"} 1
        ${prefix}_created 1714557600
        ${actionSamples}
      `),
      );
    });

    test('have empty labels without parameters', () => {
      expect(samplesAsText(table, { ...binding, spec: { policyName: 'replica-limit' } }, '2.20.0')).toEqual(
        asText(`
        ${prefix}_info{policy_name="replica-limit",param_name="",param_namespace="",param_not_found_action=""} 1
        ${prefix}_created 1714557600
      `),
      );
    });

    test('are exposed from 2.20 on, by default', () => {
      expect(samplesAsText(table, binding, '2.19.1')).toEqual([]);
      expect(table.isDefault({ major: 2, minor: 19, patch: 1 })).toBe(false);
      expect(table.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(true);
    });
  });
});

describe('webhookconfigurations', () => {
  function configuration(kind: string): WebhookConfiguration {
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind,
      metadata: { name: 'policies', resourceVersion: '412', creationTimestamp: '2024-05-01T10:00:00Z' },
      webhooks: [
        { name: 'pods.example.com', clientConfig: { service: { name: 'policies', namespace: 'security' } } },
        { name: 'remote.example.com', clientConfig: { url: 'https://policies.example.com/admit' } },
      ],
    };
  }

  describe.each([
    {
      table: mutatingWebhookConfigurations,
      object: configuration('MutatingWebhookConfiguration'),
      label: 'mutatingwebhookconfiguration',
    },
    {
      table: validatingWebhookConfigurations,
      object: configuration('ValidatingWebhookConfiguration'),
      label: 'validatingwebhookconfiguration',
    },
  ])('$table.resource', ({ table, object, label }) => {
    const always = `
    kube_${label}_info 1
    kube_${label}_created 1714557600
    kube_${label}_metadata_resource_version 412
  `;

    test('expose the services of the webhooks from 2.10 on, with empty labels for a webhook with a URL', () => {
      expect(samplesAsText(table, object, '2.5.0')).toEqual(asText(always));
      expect(samplesAsText(table, object, '2.20.0')).toEqual(
        asText(`${always}
        kube_${label}_webhook_clientconfig_service{webhook_name="pods.example.com",service_name="policies",service_namespace="security"} 1
        kube_${label}_webhook_clientconfig_service{webhook_name="remote.example.com",service_name="",service_namespace=""} 1`),
      );
    });

    test('expose no service without webhooks', () => {
      const { webhooks: _, ...empty } = object;

      expect(samplesAsText(table, empty, '2.20.0')).toEqual(asText(always));
    });

    test('have samples with an empty namespace', () => {
      expect(table.labels(object, contextOf({ major: 2, minor: 5, patch: 0 }, {}))).toEqual({
        namespace: '',
        [label]: 'policies',
      });
    });
  });
});
