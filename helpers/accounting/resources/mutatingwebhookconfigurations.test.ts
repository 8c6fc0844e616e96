import { contextOf } from '../table.ts';
import type { WebhookConfiguration } from '../webhook-configuration.ts';
import { mutatingWebhookConfigurations } from './mutatingwebhookconfigurations.ts';
import { asText, samplesAsText } from './samples-as-text.ts';

const configuration: WebhookConfiguration = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'policies', resourceVersion: '412', creationTimestamp: '2024-05-01T10:00:00Z' },
  webhooks: [
    { name: 'pods.example.com', clientConfig: { service: { name: 'policies', namespace: 'security' } } },
    { name: 'remote.example.com', clientConfig: { url: 'https://policies.example.com/admit' } },
  ],
};

const always = `
  kube_mutatingwebhookconfiguration_info 1
  kube_mutatingwebhookconfiguration_created 1714557600
  kube_mutatingwebhookconfiguration_metadata_resource_version 412
`;

test('the services behind the webhooks are told from 2.10 on, empty for one that is called by its URL', () => {
  expect(samplesAsText(mutatingWebhookConfigurations, configuration, '2.5.0')).toEqual(asText(always));
  expect(samplesAsText(mutatingWebhookConfigurations, configuration, '2.20.0')).toEqual(
    asText(`${always}
      kube_mutatingwebhookconfiguration_webhook_clientconfig_service{webhook_name="pods.example.com",service_name="policies",service_namespace="security"} 1
      kube_mutatingwebhookconfiguration_webhook_clientconfig_service{webhook_name="remote.example.com",service_name="",service_namespace=""} 1`),
  );
});

test('a configuration without webhooks has no services', () => {
  const { webhooks: _, ...empty } = configuration;

  expect(samplesAsText(mutatingWebhookConfigurations, empty, '2.20.0')).toEqual(asText(always));
});

test('its samples have a namespace, which is empty', () => {
  expect(mutatingWebhookConfigurations.labels(configuration, contextOf({ major: 2, minor: 5, patch: 0 }, {}))).toEqual({
    namespace: '',
    mutatingwebhookconfiguration: 'policies',
  });
});
