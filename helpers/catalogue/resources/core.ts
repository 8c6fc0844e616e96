import type { KubernetesObject } from '../../kube/object.ts';
import type { Condition } from '../../kube/types.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName, ownerSamples, resourceVersion } from '../metadata.ts';
import { type Context, conditionSamples, type Expected, fact, gauge, oneOf, type ResourceTable, value } from '../table.ts';

export const configMaps: ResourceTable<KubernetesObject> = {
  resource: 'configmaps',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'ConfigMap' }),
  labels: namespaceAndName('configmap'),
  families: [
    annotationsFamily('configmaps', 'kube_configmap_annotations', { stability: 'ALPHA' }),
    labelsFamily('configmaps', 'kube_configmap_labels', { stability: 'STABLE' }),
    gauge('kube_configmap_info', { stability: 'STABLE' }, () => value(1)),
    gauge('kube_configmap_created', { stability: 'STABLE' }, created),
    gauge('kube_configmap_metadata_resource_version', { stability: 'ALPHA' }, resourceVersion),
  ],
};

export interface Namespace extends KubernetesObject {
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
  };
}

export const namespaces: ResourceTable<Namespace> = {
  resource: 'namespaces',
  namespaced: false,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Namespace' }),
  labels: ({ metadata }) => ({ namespace: metadata.name }),
  families: [
    gauge('kube_namespace_created', { stability: 'STABLE' }, created),
    annotationsFamily('namespaces', 'kube_namespace_annotations', { stability: 'ALPHA' }),
    labelsFamily('namespaces', 'kube_namespace_labels', { stability: 'STABLE' }),
    gauge('kube_namespace_status_phase', { stability: 'STABLE' }, (namespace: Namespace) =>
      oneOf('phase', ['Active', 'Terminating'], namespace.status?.phase),
    ),
    gauge('kube_namespace_status_condition', { stability: 'ALPHA' }, (namespace: Namespace) =>
      (namespace.status?.conditions ?? []).flatMap(({ type, status }) => conditionSamples(status, { condition: type }, 'status')),
    ),
  ],
};

export interface Secret extends KubernetesObject {
  readonly type?: string;
}

export const secrets: ResourceTable<Secret> = {
  resource: 'secrets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Secret' }),
  labels: namespaceAndName('secret'),
  families: [
    gauge('kube_secret_info', { stability: 'STABLE' }, () => value(1)),
    gauge('kube_secret_type', { stability: 'STABLE' }, ({ type = '' }: Secret) => fact({ type })),
    annotationsFamily('secrets', 'kube_secret_annotations', { stability: 'ALPHA' }),
    labelsFamily('secrets', 'kube_secret_labels', { stability: 'STABLE' }),
    gauge('kube_secret_created', { stability: 'STABLE' }, created),
    gauge('kube_secret_metadata_resource_version', { stability: 'ALPHA' }, resourceVersion),
    gauge('kube_secret_owner', { stability: 'ALPHA', since: '2.11' }, ownerSamples),
  ],
};

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
