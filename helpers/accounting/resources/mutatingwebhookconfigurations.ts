import { namespaceAndName } from '../metadata.ts';
import type { ResourceTable } from '../table.ts';
import { type WebhookConfiguration, webhookFamilies } from '../webhook-configuration.ts';

export const mutatingWebhookConfigurations: ResourceTable<WebhookConfiguration> = {
  resource: 'mutatingwebhookconfigurations',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'admissionregistration.k8s.io/v1', kind: 'MutatingWebhookConfiguration' }),
  labels: namespaceAndName('mutatingwebhookconfiguration'),
  families: webhookFamilies('kube_mutatingwebhookconfiguration'),
};
