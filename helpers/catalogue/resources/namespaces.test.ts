import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Namespace, namespaces } from './namespaces.ts';

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
