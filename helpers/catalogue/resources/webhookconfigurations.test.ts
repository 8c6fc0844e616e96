import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import {
  mutatingWebhookConfigurations,
  validatingWebhookConfigurations,
  type WebhookConfiguration,
} from './webhookconfigurations.ts';

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
    expect(table.labels(object, contextOf({ major: 2, minor: 5, patch: 0 }, {}))).toEqual({ namespace: '', [label]: 'policies' });
  });
});
