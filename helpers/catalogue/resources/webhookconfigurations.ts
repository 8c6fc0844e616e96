import type { KubernetesObject } from '../../kube/object.ts';
import { created, namespaceAndName, resourceVersion } from '../metadata.ts';
import { type FamilyRow, fact, gauge, type ResourceTable } from '../table.ts';

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
