import { knownTargets } from '../../helpers/exporter/known.ts';
import { profiles } from '../../helpers/exporter/profile.ts';
import { deriveTarget, type Target } from '../../helpers/exporter/target.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { ResourceMapper } from '../../helpers/kube/reference.ts';
import type { Deployment } from '../../helpers/kube/workload.ts';
import { binding, combined, container, deployment, podSpec, service, set } from '../../helpers/suite/mutant/changes.ts';
import type { Change } from '../../helpers/suite/mutant/mutant.ts';
import {
  misnamedPort,
  missingLabels,
  objectsElsewhere,
  otherSubjects,
  renderingDifferences,
  shardingFaults,
} from './agreement.ts';

const unchanged: Change = (objects) => objects;
const targetAfter = (change: Change) =>
  deriveTarget(change(knownTargets.agent.rendering(), { workloadImage: 'busybox:1.36' }), { name: 'changed' });

const misnamed = (target: Target) =>
  (['metrics', 'telemetry'] as const).flatMap((purpose) => misnamedPort(target, profiles.agent, purpose));

test('the manifests of the guide are consistent', () => {
  const target = targetAfter(unchanged);

  expect(missingLabels(target, profiles.agent.promises.labels)).toEqual([]);
  expect(otherSubjects(target)).toEqual([]);
  expect(misnamed(target)).toEqual([]);
});

test('pods need the labels as well', () => {
  const target = targetAfter(
    deployment(({ spec }) => {
      spec.template.metadata = { labels: { 'app.kubernetes.io/name': 'kube-state-metrics' } };
    }),
  );

  expect(missingLabels(target, { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/version': '2.5.0' })).toEqual(
    ['the pods of Deployment monitoring/mntr-agent-kube-state-metrics: app.kubernetes.io/version is absent, expected 2.5.0'],
  );
});

test('every other subject of the binding is reported', () => {
  const target = targetAfter(
    binding(({ subjects }) => {
      subjects?.push({ kind: 'ServiceAccount', namespace: 'monitoring', name: 'default' });
      subjects?.push({ kind: 'Group', name: 'system:authenticated' });
    }),
  );

  expect(otherSubjects(target)).toEqual([
    'mntr-agent-kube-state-metrics also names ServiceAccount monitoring/default',
    'mntr-agent-kube-state-metrics also names Group system:authenticated',
  ]);
});

test('every object is in the namespace of the exporter, except the roles for namespaces that it is limited to', () => {
  const elsewhere = (kind: string, namespace: string) =>
    ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name: 'reads', namespace } }) as KubernetesObject;
  const target = targetAfter(unchanged);
  const objects = [
    elsewhere('Role', 'shop'),
    elsewhere('RoleBinding', 'shop'),
    elsewhere('Role', 'web'),
    elsewhere('ConfigMap', 'shop'),
  ];
  const mapper = { serves: () => false } as unknown as ResourceMapper;
  const linesOf = (...args: string[]) => objectsElsewhere({ ...target, objects, arguments: args }, mapper);

  expect(linesOf('--namespaces=shop')).toEqual([
    'Role web/reads is not in the namespace monitoring',
    'ConfigMap shop/reads is not in the namespace monitoring',
  ]);
  expect(linesOf()).toHaveLength(4);
});

test('a port behind a proxy must lead to the proxy', () => {
  const behindProxy = (upstream: number) =>
    podSpec(({ containers }) => {
      set(containers, { args: ['--host=127.0.0.1'], ports: [{ name: 'telemetry', containerPort: 8081 }] });
      containers.push({
        name: 'proxy',
        image: 'kube-rbac-proxy:v0.22.1',
        args: ['--secure-listen-address=:8443', `--upstream=http://127.0.0.1:${upstream}/`],
        ports: [{ name: 'http-metrics', containerPort: 8443 }],
      });
    });

  expect(misnamedPort(targetAfter(behindProxy(8080)), profiles.agent, 'metrics')).toEqual([]);
  expect(misnamedPort(targetAfter(behindProxy(8000)), profiles.agent, 'metrics')).toEqual([
    "the Service's port http-metrics leads to http-metrics, not to 8080",
  ]);
});

test('a port must have its name and the protocol TCP, and lead to the port of the container', () => {
  const unnamed = container((draft) => {
    draft.ports = [];
  });
  const withUdp = service(({ spec }) => set(spec.ports?.slice(0, 1), { protocol: 'UDP' }));
  const renamed = service(({ spec }) => set(spec.ports?.slice(1), { name: 'self' }));

  expect(misnamed(targetAfter(combined(withUdp, renamed)))).toEqual([
    "the Service's port http-metrics has the protocol UDP instead of TCP",
    'the Service has no port named telemetry; it has http-metrics, self',
  ]);
  expect(misnamed(targetAfter(unnamed))).toEqual([
    "the Service's port http-metrics leads to http-metrics, which no container has, not to 8080",
    "the Service's port telemetry leads to telemetry, which no container has, not to 8081",
  ]);
});

describe('sharing as promised', () => {
  const workload = (kind: string, name: string, ...args: string[]) =>
    ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace: 'monitoring' },
      spec: { template: { spec: { containers: [{ name, image: 'kube-state-metrics:v2.20.0', args }] } } },
    }) as KubernetesObject;
  const shard = (ordinal: number) => workload('Deployment', `shard-${ordinal}`, `--shard=${ordinal}`, '--total-shards=2');

  test.each([
    ['autosharding', [workload('StatefulSet', 'own', '--pod=$(POD_NAME)', '--pod-namespace=$(POD_NAMESPACE)')]],
    ['deployments', [shard(0), shard(1)]],
    ['daemonset', [workload('DaemonSet', 'nodes', '--resources=pods', '--node=$(NODE_NAME)'), workload('Deployment', 'rest')]],
  ] as const)('%s is met by such workloads', (sharding, objects) => {
    expect(shardingFaults({ objects }, sharding)).toEqual([]);
  });

  test('a share may be set in the file of --config', () => {
    const shares = [0, 1].map((ordinal) => {
      const { spec, ...rest } = workload('Deployment', `shard-${ordinal}`, '--config=/etc/options/options.yaml') as Deployment;
      const containers = spec.template.spec.containers.map((container) => ({
        ...container,
        volumeMounts: [{ name: 'options', mountPath: '/etc/options' }],
      }));
      const pod = {
        ...spec.template.spec,
        containers,
        volumes: [{ name: 'options', configMap: { name: `options-${ordinal}` } }],
      };
      const metadata = { name: `options-${ordinal}`, namespace: rest.metadata.namespace };
      const data = { 'options.yaml': `shard: ${ordinal}\ntotal_shards: 2\n` };
      const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      return [{ ...rest, spec: { ...spec, template: { ...spec.template, spec: pod } } }, map];
    });

    expect(shardingFaults({ objects: shares.flat() as KubernetesObject[] }, 'deployments')).toEqual([]);
  });

  test.each([
    ['autosharding', [workload('StatefulSet', 'own')], 'expected at least 1 StatefulSet with --pod and --pod-namespace'],
    [
      'deployments',
      [shard(0)],
      '1 of Deployment monitoring/shard-0; expected at least 2 Deployment with --shard and --total-shards',
    ],
    ['daemonset', [], '0 of no exporter; expected at least 1 DaemonSet with --node'],
  ] as const)('%s is not met by others', (sharding, objects, line) => {
    expect(shardingFaults({ objects }, sharding)).toEqual([expect.stringContaining(line)]);
  });
});

const exporterService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'exporter', namespace: 'monitoring' },
  spec: { clusterIP: 'None' },
};

test('the order of the objects does not matter', () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'exporter', namespace: 'monitoring' } };
  expect(renderingDifferences([account, exporterService], [exporterService, account])).toEqual([]);
});

test('a difference names the object, the field and both values', () => {
  const changed = { ...exporterService, spec: { clusterIP: '10.0.0.1' } };
  expect(renderingDifferences([changed], [exporterService])).toEqual([
    'Service monitoring/exporter: spec.clusterIP is "10.0.0.1", documented "None"',
  ]);
});

test('an object of only one rendering is a difference', () => {
  expect(renderingDifferences([], [exporterService])).toEqual(['Service monitoring/exporter: documented but not rendered']);
  expect(renderingDifferences([exporterService], [])).toEqual(['Service monitoring/exporter: rendered but not documented']);
});
