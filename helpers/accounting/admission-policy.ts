import type { KubernetesObject } from '../kube/object.ts';

/** A MutatingAdmissionPolicy or a ValidatingAdmissionPolicy. */
export interface AdmissionPolicy extends KubernetesObject {
  readonly spec?: {
    readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
    readonly failurePolicy?: string;
    readonly reinvocationPolicy?: string;
  };
}

/** What binds either of them to the resources that it is about. */
export interface AdmissionPolicyBinding extends KubernetesObject {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: { readonly name?: string; readonly namespace?: string; readonly parameterNotFoundAction?: string };
    readonly validationActions?: readonly string[];
  };
}

/** What the family of facts about a policy says of any policy. */
export function policyLabels({ spec }: AdmissionPolicy): Record<string, string> {
  return {
    param_api_version: spec?.paramKind?.apiVersion ?? '',
    param_kind: spec?.paramKind?.kind ?? '',
    failure_policy: spec?.failurePolicy ?? '',
  };
}

/** What the family of facts about a binding says. */
export function bindingLabels({ spec }: AdmissionPolicyBinding): Record<string, string> {
  return {
    policy_name: spec?.policyName ?? '',
    param_name: spec?.paramRef?.name ?? '',
    param_namespace: spec?.paramRef?.namespace ?? '',
    param_not_found_action: spec?.paramRef?.parameterNotFoundAction ?? '',
  };
}
