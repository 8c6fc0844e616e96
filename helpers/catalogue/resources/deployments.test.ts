import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Deployment, deployments } from './deployments.ts';

const paused: Deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', generation: 4, creationTimestamp: '2024-05-01T10:00:00Z', labels: { app: 'web' } },
  spec: { replicas: 5, paused: true, strategy: { rollingUpdate: { maxUnavailable: '30%', maxSurge: '30%' } } },
  status: {
    replicas: 5,
    readyReplicas: 3,
    availableReplicas: 2,
    unavailableReplicas: 3,
    updatedReplicas: 4,
    terminatingReplicas: 1,
    observedGeneration: 3,
    conditions: [
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
      { type: 'Progressing', status: 'Unknown', reason: 'SomethingNew' },
    ],
  },
};

const always = `
  kube_deployment_created 1714557600
  kube_deployment_status_replicas 5
  kube_deployment_status_replicas_ready 3
  kube_deployment_status_replicas_available 2
  kube_deployment_status_replicas_unavailable 3
  kube_deployment_status_replicas_updated 4
  kube_deployment_status_observed_generation 3
  kube_deployment_spec_replicas 5
  kube_deployment_spec_paused 1
  kube_deployment_spec_strategy_rollingupdate_max_unavailable 1
  kube_deployment_spec_strategy_rollingupdate_max_surge 2
  kube_deployment_metadata_generation 4
`;

test('2.5 exposes conditions without reasons', () => {
  expect(samplesAsText(deployments, paused, '2.5.0')).toEqual(
    asText(`
      ${always}
      kube_deployment_status_condition{condition="Available",status="true"} 0
      kube_deployment_status_condition{condition="Available",status="false"} 1
      kube_deployment_status_condition{condition="Available",status="unknown"} 0
      kube_deployment_status_condition{condition="Progressing",status="true"} 0
      kube_deployment_status_condition{condition="Progressing",status="false"} 0
      kube_deployment_status_condition{condition="Progressing",status="unknown"} 1
      kube_deployment_annotations 1
      kube_deployment_labels 1
    `),
  );
});

test('2.20 adds the owner, the terminating replicas and the reasons, unknown for an unlisted reason', () => {
  expect(samplesAsText(deployments, paused, '2.20.0')).toEqual(
    asText(`
      ${always}
      kube_deployment_owner{owner_kind="",owner_name=""} 1
      kube_deployment_status_terminating_replicas 1
      kube_deployment_status_condition{reason="MinimumReplicasUnavailable",condition="Available",status="true"} 0
      kube_deployment_status_condition{reason="MinimumReplicasUnavailable",condition="Available",status="false"} 1
      kube_deployment_status_condition{reason="MinimumReplicasUnavailable",condition="Available",status="unknown"} 0
      kube_deployment_status_condition{reason="unknown",condition="Progressing",status="true"} 0
      kube_deployment_status_condition{reason="unknown",condition="Progressing",status="false"} 0
      kube_deployment_status_condition{reason="unknown",condition="Progressing",status="unknown"} 1
    `),
  );
});

test.each([
  [{ maxUnavailable: '25%', maxSurge: '25%' }, 10, '2', '3'],
  [{ maxUnavailable: 0, maxSurge: 1 }, 10, '0', '1'],
  [{ maxUnavailable: '100%', maxSurge: '0%' }, 3, '3', '0'],
  [{ maxUnavailable: '25%', maxSurge: '25%' }, 0, '0', '0'],
])(
  '%j of %i replicas is %s unavailable, rounded down, and a surge of %s, rounded up',
  (rollingUpdate, replicas, unavailable, surge) => {
    const samples = samplesAsText(deployments, { ...paused, spec: { replicas, strategy: { rollingUpdate } } }, '2.20.0');

    expect(samples).toContain(`kube_deployment_spec_strategy_rollingupdate_max_unavailable{} ${unavailable}`);
    expect(samples).toContain(`kube_deployment_spec_strategy_rollingupdate_max_surge{} ${surge}`);
  },
);

test('a deployment with the strategy Recreate has no rolling update, and one without a status has zeros', () => {
  const { status: _, ...withoutStatus } = { ...paused, spec: { replicas: 1, strategy: {} } };
  const samples = samplesAsText(deployments, withoutStatus, '2.20.0');

  expect(samples).not.toContainEqual(expect.stringContaining('rollingupdate'));
  expect(samples).not.toContainEqual(expect.stringContaining('terminating'));
  expect(samples).toContain('kube_deployment_status_replicas_ready{} 0');
  expect(samples).toContain('kube_deployment_spec_paused{} 0');
});

test('a deployment has its deletion timestamp and its owner', () => {
  const owned: Deployment = {
    ...paused,
    metadata: {
      ...paused.metadata,
      deletionTimestamp: '2024-05-02T10:00:00Z',
      ownerReferences: [{ apiVersion: 'example.com/v1', kind: 'Shop', name: 'main', uid: 'u1', controller: true }],
    },
  };

  expect(samplesAsText(deployments, owned, '2.20.0')).toEqual(
    expect.arrayContaining(
      asText(`
        kube_deployment_deletion_timestamp 1714644000
        kube_deployment_owner{owner_kind="Shop",owner_name="main"} 1
      `),
    ),
  );
});

test('labels are exposed with an allowlist', () => {
  const options = { metricLabelsAllowlist: new Map([['deployments', ['app']]]) };

  expect(samplesAsText(deployments, paused, '2.20.0', options)).toContain('kube_deployment_labels{label_app="web"} 1');
});
