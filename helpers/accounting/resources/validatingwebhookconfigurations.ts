import { namespaceAndName } from '../metadata.ts';
import type { ResourceTable } from '../table.ts';
import { type WebhookConfiguration, webhookFamilies } from '../webhook-configuration.ts';

export const validatingWebhookConfigurations: ResourceTable<WebhookConfiguration> = {
  resource: 'validatingwebhookconfigurations',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' }),
  labels: namespaceAndName('validatingwebhookconfiguration'),
  families: webhookFamilies('kube_validatingwebhookconfiguration'),
};
