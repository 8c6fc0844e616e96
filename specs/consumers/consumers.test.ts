import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { InfrastructureError } from '../../helpers/errors.ts';
import { knownTargets } from '../../helpers/exporter/known.ts';
import { profiles } from '../../helpers/exporter/profile.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import { KubeClient } from '../../helpers/kube/client.ts';
import { connect } from '../../helpers/kube/connection.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { ResourceMapper } from '../../helpers/kube/reference.ts';
import { reset, startApiServer } from '../../helpers/kube/testing/api-server.ts';
import { parseVersion } from '../../helpers/version.ts';
import { metric, metricRules } from './adapter.ts';
import { untilDiscovered } from './discovery.ts';
import { documentedMetrics } from './documented-metrics.ts';
import { familyDifferences } from './families.ts';
import { hasOperator, reloaderOf } from './operator.ts';
import { trustsOnlyTheClusterAuthority } from './outside.ts';
import { monitorFaults, monitorOf, namespacesOf, type ServiceMonitor, selectorText } from './service-monitor.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const profile = profiles.agent;
const monitor = monitorOf({ target, profile, workloads: [] });
const { name, namespace = '' } = target.service.metadata;

/** A cluster with these Services, which match every selector, and one Endpoints object. */
function cluster(services: readonly KubernetesObject[], ports: readonly { name: string; port: number }[]) {
  const client = {
    list: async () => services,
    find: async () => ({ subsets: [{ addresses: [{ ip: '10.42.0.7' }], ports }] }),
  };
  return { client: client as unknown as KubeClient, target, profile };
}

const bothPorts = [
  { name: 'http-metrics', port: 8080 },
  { name: 'telemetry', port: 8081 },
];

test('A ServiceMonitor of the manifests takes precedence over the one for the profile', () => {
  const declared = { ...monitor, metadata: { name: 'declared', namespace } };

  expect(monitorOf({ target: { ...target, objects: [...target.objects, declared] }, profile, workloads: [] })).toBe(declared);
  expect(monitor.spec.selector.matchLabels).toEqual(profile.promises.labels);
});

test('A ServiceMonitor that leads to both ports of the Service has no fault', async () => {
  expect(await monitorFaults(cluster([target.service], bothPorts), monitor)).toEqual([]);
});

test('A ServiceMonitor that selects another Service, or not the exporter’s, is reported with both', async () => {
  const other = { ...target.service, metadata: { name: 'other', namespace } };

  expect(await monitorFaults(cluster([target.service, other], bothPorts), monitor)).toEqual([
    `${selectorText(monitor.spec.selector)} also selects the Service ${namespace}/other`,
  ]);
  expect(await monitorFaults(cluster([other], bothPorts), monitor)).toEqual([
    `${selectorText(monitor.spec.selector)} in ${namespace} does not select the Service ${namespace}/${name}; it selects ${namespace}/other`,
  ]);
});

test('A port that no endpoint has, and one that leads elsewhere, are reported', async () => {
  const ports = [{ name: 'http-metrics', port: 9999 }];

  expect(await monitorFaults(cluster([target.service], ports), monitor)).toEqual([
    'the port http-metrics leads to 9999, where the exporter does not listen',
    `no endpoint of ${name} has the port telemetry; they have http-metrics (9999)`,
  ]);
});

test('The ports of the Service are waited for, as they follow the pods and may come last', async () => {
  const answers = [undefined, { subsets: [{ notReadyAddresses: [{ ip: '10.42.0.7' }], ports: bothPorts }] }];
  const client = { find: async () => answers.shift() };
  const exporter = { servedPod: async () => undefined };
  await untilDiscovered({ client, exporter, target } as never);

  expect(answers).toEqual([]);
});

test('The adapter’s rule maps labels that the metric has to resources that the API has', () => {
  const deployments = tables.find(({ resource }) => resource === 'deployments');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'n' },
    spec: { replicas: 1 },
  };
  const [
    {
      seriesQuery = '',
      resources: { overrides },
    } = { resources: { overrides: {} } },
  ] = metricRules;
  const labels = Object.keys(deployments?.labels(deployment, contextOf(parseVersion('v2.20.0'), {})) ?? {});

  expect(deployments?.families.map(({ name: family }) => family)).toContain(metric);
  expect(labels).toEqual(expect.arrayContaining(Object.keys(overrides)));
  for (const label of Object.keys(overrides)) expect(seriesQuery).toContain(`${label}!=""`);
  expect(overrides).toEqual({ namespace: { resource: 'namespace' }, deployment: { group: 'apps', resource: 'deployment' } });
});

test('A selector is formatted as the API server parses it in a query', () => {
  const matchExpressions = [
    { key: 'tier', operator: 'In', values: ['a', 'b'] },
    { key: 'stage', operator: 'NotIn', values: ['test'] },
    { key: 'owner', operator: 'Exists' },
    { key: 'gone', operator: 'DoesNotExist' },
  ];

  expect(selectorText({ matchLabels: { app: 'x' }, matchExpressions })).toBe(
    'app=x,tier in (a,b),stage notin (test),owner,!gone',
  );
});

test('A ServiceMonitor selects Services of its own namespace unless it names others, or all', () => {
  const selected = (namespaceSelector?: ServiceMonitor['spec']['namespaceSelector']) =>
    namespacesOf({ ...monitor, spec: { ...monitor.spec, ...(namespaceSelector && { namespaceSelector }) } });

  expect(selected()).toEqual([namespace]);
  expect(selected({ matchNames: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(selected({ any: true })).toBeUndefined();
});

test('The config reloader has the registry and the tag of its operator', () => {
  expect(reloaderOf('quay.io/prometheus-operator/prometheus-operator:v0.85.0')).toBe(
    'quay.io/prometheus-operator/prometheus-config-reloader:v0.85.0',
  );
});

test('An operator counts only where its kinds are served and it is not restricted to namespaces', async () => {
  const deployment = (args: readonly string[]) => {
    const container = { name: 'o', image: 'quay.io/prometheus-operator/prometheus-operator:v0.85.0', args };
    return { spec: { template: { spec: { containers: [container] } } } };
  };
  const isFound = (args: readonly string[], serves = true) =>
    hasOperator({ mapper: { serves: () => serves }, list: async () => [deployment(args)] } as unknown as KubeClient);

  expect(await isFound(['--kubelet-service=a/b'])).toBe(true);
  expect(await isFound(['--namespaces=a'])).toBe(false);
  expect(await isFound([], false)).toBe(false);
});

test('Missing families and unexpected ones are reported separately', () => {
  expect(familyDifferences(new Set(['a', 'c']), new Set(['a', 'b']))).toEqual([
    '1 missing: b',
    '1 that the exporter does not have: c',
  ]);
});

test('Every documented metric is a family of its group, so that no name is misspelt', () => {
  const known = new Set(tables.flatMap(({ resource, families }) => families.map((family) => `${resource} ${family.name}`)));
  const documented = Object.entries(documentedMetrics).flatMap(([resource, names]) => names.map((name) => `${resource} ${name}`));

  expect(Object.keys(documentedMetrics)).toHaveLength(22);
  expect(documented.filter((metric) => !known.has(metric))).toEqual([]);
});

test('an API server that does not answer has rejected no certificate authority', async () => {
  const api = await startApiServer();
  api.answer = reset;
  const retries = { attempts: 1, within: 0, firstPause: 0, longestPause: 0 };
  const client = new KubeClient(await connect(api.kubeconfig()), new ResourceMapper([]), { retries });

  await expect(trustsOnlyTheClusterAuthority({ client })).rejects.toThrow(InfrastructureError);
  await api.stop();
});
