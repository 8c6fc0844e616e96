import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable } from '../table.ts';

export interface ServiceAccount extends KubernetesObject {
  readonly automountServiceAccountToken?: boolean;
  readonly secrets?: readonly Reference[];
  readonly imagePullSecrets?: readonly Reference[];
}

interface Reference {
  readonly name?: string;
}

export const serviceAccounts: ResourceTable<ServiceAccount> = {
  resource: 'serviceaccounts',
  namespaced: true,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'v1', kind: 'ServiceAccount' }),
  labels: ({ metadata }) => ({
    namespace: metadata.namespace ?? '',
    serviceaccount: metadata.name,
    uid: metadata.uid ?? '',
  }),
  families: [
    gauge('kube_serviceaccount_info', { stability: 'ALPHA', since: '2.6' }, (account: ServiceAccount, context) =>
      fact(automountToken(account, context)),
    ),
    gauge('kube_serviceaccount_created', { stability: 'ALPHA', since: '2.6' }, created),
    gauge('kube_serviceaccount_deleted', { stability: 'ALPHA', since: '2.6' }, deletionTimestamp),
    gauge('kube_serviceaccount_secret', { stability: 'ALPHA', since: '2.6' }, (account: ServiceAccount) =>
      names(account.secrets),
    ),
    gauge('kube_serviceaccount_image_pull_secret', { stability: 'ALPHA', since: '2.6' }, (account: ServiceAccount) =>
      names(account.imagePullSecrets),
    ),
    annotationsFamily('serviceaccounts', 'kube_serviceaccount_annotations', { stability: 'ALPHA', since: '2.6' }),
    labelsFamily('serviceaccounts', 'kube_serviceaccount_labels', { stability: 'ALPHA', since: '2.6' }),
  ],
};

/** `automountServiceAccountToken` as a label; unset, no label before 2.14 and an empty one from 2.14 on. */
function automountToken({ automountServiceAccountToken: automount }: ServiceAccount, context: Context): Expected['labels'] {
  if (automount === undefined && !context.since('2.14')) return {};
  return { automount_token: automount === undefined ? '' : String(automount) };
}

function names(references: readonly Reference[] = []): readonly Expected[] {
  return references.flatMap(({ name = '' }) => fact({ name }));
}
