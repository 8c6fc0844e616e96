import type { KubernetesObject } from '../kube/object.ts';
import { created, resourceVersion } from './metadata.ts';
import { type FamilyRow, fact, gauge } from './table.ts';

/** A MutatingWebhookConfiguration or a ValidatingWebhookConfiguration. */
export interface WebhookConfiguration extends KubernetesObject {
  readonly webhooks?: readonly {
    readonly name: string;
    readonly clientConfig: { readonly service?: { readonly name: string; readonly namespace: string }; readonly url?: string };
  }[];
}

/** The families that both kinds of webhook configuration have, by the beginning of their names. */
export function webhookFamilies(prefix: string): readonly FamilyRow<WebhookConfiguration>[] {
  return [
    gauge(`${prefix}_info`, { stability: 'ALPHA' }, () => fact({})),
    gauge(`${prefix}_created`, { stability: 'ALPHA' }, created),
    gauge(`${prefix}_metadata_resource_version`, { stability: 'ALPHA' }, resourceVersion),
    // A webhook that is called by its URL has a sample too, without a service.
    gauge(`${prefix}_webhook_clientconfig_service`, { stability: 'ALPHA', since: '2.10' }, ({ webhooks = [] }) =>
      webhooks.flatMap(({ name, clientConfig: { service } }) =>
        fact({ webhook_name: name, service_name: service?.name ?? '', service_namespace: service?.namespace ?? '' }),
      ),
    ),
  ];
}
