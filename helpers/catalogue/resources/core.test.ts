import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { configMaps, type Namespace, namespaces, type Secret, type ServiceAccount, secrets, serviceAccounts } from './core.ts';

describe('configmaps', () => {
  const configMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'settings',
      namespace: 'shop',
      creationTimestamp: '2024-05-01T10:00:00Z',
      resourceVersion: '83512',
      labels: { 'app.kubernetes.io/name': 'web', tier: 'front' },
      annotations: { owner: 'team-a' },
    },
    data: { colour: 'blue' },
  };

  test('a config map has its name, time and resource version, never its data', () => {
    expect(samplesAsText(configMaps, configMap, '2.20.0')).toEqual(
      asText(`
      kube_configmap_info 1
      kube_configmap_created 1714557600
      kube_configmap_metadata_resource_version 83512
    `),
    );
  });

  test('before 2.10 there is a series of labels and one of annotations, even without an allowlist', () => {
    expect(samplesAsText(configMaps, configMap, '2.5.0')).toEqual(
      asText(`
      kube_configmap_annotations 1
      kube_configmap_labels 1
      kube_configmap_info 1
      kube_configmap_created 1714557600
      kube_configmap_metadata_resource_version 83512
    `),
    );
  });

  test('labels are exposed that the allowlist for config maps allows', () => {
    const metricLabelsAllowlist = new Map([['configmaps', ['app.kubernetes.io/name']]]);

    expect(samplesAsText(configMaps, configMap, '2.20.0', { metricLabelsAllowlist })).toContain(
      'kube_configmap_labels{label_app_kubernetes_io_name="web"} 1',
    );
  });
});

describe('namespaces', () => {
  const terminating: Namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'shop',
      creationTimestamp: '2024-05-01T10:00:00Z',
      deletionTimestamp: '2024-05-02T10:00:00Z',
    },
    status: {
      phase: 'Terminating',
      conditions: [
        { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', reason: 'ResourcesDiscovered' },
        { type: 'NamespaceContentRemaining', status: 'True', reason: 'SomeResourcesRemain' },
      ],
    },
  };

  test('a namespace has a sample per phase, and three per condition', () => {
    expect(samplesAsText(namespaces, terminating, '2.20.0')).toEqual(
      asText(`
      kube_namespace_created 1714557600
      kube_namespace_status_phase{phase="Active"} 0
      kube_namespace_status_phase{phase="Terminating"} 1
      kube_namespace_status_condition{condition="NamespaceDeletionDiscoveryFailure",status="true"} 0
      kube_namespace_status_condition{condition="NamespaceDeletionDiscoveryFailure",status="false"} 1
      kube_namespace_status_condition{condition="NamespaceDeletionDiscoveryFailure",status="unknown"} 0
      kube_namespace_status_condition{condition="NamespaceContentRemaining",status="true"} 1
      kube_namespace_status_condition{condition="NamespaceContentRemaining",status="false"} 0
      kube_namespace_status_condition{condition="NamespaceContentRemaining",status="unknown"} 0
    `),
    );
  });

  test('the namespace label is its own name', () => {
    const context = contextOf({ major: 2, minor: 5, patch: 0 }, {});

    expect(namespaces.labels(terminating, context)).toEqual({ namespace: 'shop' });
  });

  test('an active namespace has no conditions', () => {
    const active = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' }, status: { phase: 'Active' } };

    expect(samplesAsText(namespaces, active, '2.5.0')).toEqual(
      asText(`
      kube_namespace_annotations 1
      kube_namespace_labels 1
      kube_namespace_status_phase{phase="Active"} 1
      kube_namespace_status_phase{phase="Terminating"} 0
    `),
    );
  });
});

describe('secrets', () => {
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'certificate',
      namespace: 'shop',
      creationTimestamp: '2024-05-01T10:00:00Z',
      resourceVersion: '91',
      ownerReferences: [{ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', name: 'web', uid: 'c1', controller: true }],
    },
    type: 'kubernetes.io/tls',
  };

  test('a secret has its type, time and resource version', () => {
    expect(samplesAsText(secrets, secret, '2.5.0')).toEqual(
      asText(`
      kube_secret_info 1
      kube_secret_type{type="kubernetes.io/tls"} 1
      kube_secret_annotations 1
      kube_secret_labels 1
      kube_secret_created 1714557600
      kube_secret_metadata_resource_version 91
    `),
    );
  });

  test('the owner is exposed from 2.11 on', () => {
    expect(samplesAsText(secrets, secret, '2.10.1')).not.toContainEqual(expect.stringContaining('kube_secret_owner'));
    expect(samplesAsText(secrets, secret, '2.20.0')).toEqual(
      asText(`
      kube_secret_info 1
      kube_secret_type{type="kubernetes.io/tls"} 1
      kube_secret_created 1714557600
      kube_secret_metadata_resource_version 91
      kube_secret_owner{owner_kind="Certificate",owner_name="web",owner_is_controller="true"} 1
    `),
    );
  });

  test('a secret without an owner has empty owner labels', () => {
    const { ownerReferences: _, ...metadata } = secret.metadata;

    expect(samplesAsText(secrets, { ...secret, metadata }, '2.11.0')).toContain(
      'kube_secret_owner{owner_is_controller="",owner_kind="",owner_name=""} 1',
    );
  });
});

describe('serviceaccounts', () => {
  const account: ServiceAccount = {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'builder', namespace: 'shop', uid: 'a1', creationTimestamp: '2024-05-01T10:00:00Z' },
    automountServiceAccountToken: false,
    secrets: [{ name: 'builder-token' }],
    imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }],
  };

  test('a service account has its secrets', () => {
    expect(samplesAsText(serviceAccounts, account, '2.20.0')).toEqual(
      asText(`
      kube_serviceaccount_info{automount_token="false"} 1
      kube_serviceaccount_created 1714557600
      kube_serviceaccount_secret{name="builder-token"} 1
      kube_serviceaccount_image_pull_secret{name="registry"} 1
      kube_serviceaccount_image_pull_secret{name="mirror"} 1
    `),
    );
  });

  test('service accounts are not exposed by 2.5, nor by default by any release', () => {
    const release = (minor: number) => ({ major: 2, minor, patch: 0 });

    expect(samplesAsText(serviceAccounts, account, '2.5.0')).toEqual([]);
    expect(serviceAccounts.isDefault(release(6))).toBe(false);
    expect(serviceAccounts.isDefault(release(20))).toBe(false);
  });

  test('an unset automountServiceAccountToken has no label before 2.14, and an empty one from 2.14 on', () => {
    const { automountServiceAccountToken: _, ...withoutToken } = account;

    expect(samplesAsText(serviceAccounts, withoutToken, '2.13.0')).toContain('kube_serviceaccount_info{} 1');
    expect(samplesAsText(serviceAccounts, withoutToken, '2.14.0')).toContain('kube_serviceaccount_info{automount_token=""} 1');
  });

  test('every sample has the uid', () => {
    const context = contextOf({ major: 2, minor: 20, patch: 0 }, {});

    expect(serviceAccounts.labels(account, context)).toEqual({ namespace: 'shop', serviceaccount: 'builder', uid: 'a1' });
  });
});
