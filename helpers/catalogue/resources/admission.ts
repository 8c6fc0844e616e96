import type { KubernetesObject } from '../../kube/object.ts';
import { atLeast } from '../../version.ts';
import { created, namespaceAndName, resourceVersion } from '../metadata.ts';
import { type FamilyRow, fact, gauge, type ResourceTable } from '../table.ts';

/** A MutatingAdmissionPolicy or a ValidatingAdmissionPolicy. */
export interface AdmissionPolicy extends KubernetesObject {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
    readonly failurePolicy?: string;
    readonly reinvocationPolicy?: string;
  };
}

/** A MutatingAdmissionPolicyBinding or a ValidatingAdmissionPolicyBinding. */
export interface AdmissionPolicyBinding extends KubernetesObject {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: { readonly name?: string; readonly namespace?: string; readonly parameterNotFoundAction?: string };
    readonly validationActions?: readonly string[];
  };
}

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

/** The labels that `kube_*admissionpolicy_info` has for both kinds of policy. */
function policyLabels({ spec }: AdmissionPolicy): Record<string, string> {
  return {
    param_api_version: spec?.paramKind?.apiVersion ?? '',
    param_kind: spec?.paramKind?.kind ?? '',
    failure_policy: spec?.failurePolicy ?? '',
  };
}

/** The labels of `kube_*admissionpolicybinding_info`. */
function bindingLabels({ spec }: AdmissionPolicyBinding): Record<string, string> {
  return {
    policy_name: spec?.policyName ?? '',
    param_name: spec?.paramRef?.name ?? '',
    param_namespace: spec?.paramRef?.namespace ?? '',
    param_not_found_action: spec?.paramRef?.parameterNotFoundAction ?? '',
  };
}

/** A MutatingWebhookConfiguration or a ValidatingWebhookConfiguration. */
export interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly service?: { readonly name: string; readonly namespace: string }; readonly url?: string };
  }[];
}

export const mutatingWebhookConfigurations: ResourceTable<WebhookConfiguration> = {
  resource: 'mutatingwebhookconfigurations',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' }),
  labels: namespaceAndName('mutatingwebhookconfiguration'),
  families: webhookFamilies('kube_mutatingwebhookconfiguration'),
};

export const validatingWebhookConfigurations: ResourceTable<WebhookConfiguration> = {
  resource: 'validatingwebhookconfigurations',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' }),
  labels: namespaceAndName('validatingwebhookconfiguration'),
  families: webhookFamilies('kube_validatingwebhookconfiguration'),
};

/** The families of both kinds of webhook configuration: `webhookFamilies('kube_mutatingwebhookconfiguration')`. */
function webhookFamilies(prefix: string): readonly FamilyRow<WebhookConfiguration>[] {
  return [
    gauge(`${prefix}_info`, { stability: 'ALPHA' }, () => fact({})),
    gauge(`${prefix}_created`, { stability: 'ALPHA' }, created),
    gauge(`${prefix}_metadata_resource_version`, { stability: 'ALPHA' }, resourceVersion),
    // A webhook with a URL has a sample too, with empty service labels.
    gauge(`${prefix}_webhook_clientconfig_service`, { stability: 'ALPHA', since: '2.10' }, ({ webhooks = [] }) =>
      webhooks.flatMap(({ name, clientConfig: { service } }) =>
        fact({ webhook_name: name, service_name: service?.name ?? '', service_namespace: service?.namespace ?? '' }),
      ),
    ),
  ];
}
