import { tables } from '../../helpers/catalogue/resources/index.ts';
import { knownTargets } from '../../helpers/exporter/known.ts';
import { profiles } from '../../helpers/exporter/profile.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { documentedMetrics } from './documented-metrics.ts';
import { difference } from './exposition-outside.ts';
import { operatorIsThere } from './operator/found.ts';
import { reloaderOf } from './operator/operator.ts';
import { disagreements, monitorOf, namespacesOf, type ServiceMonitor, selectorText } from './service-monitor.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const profile = profiles.agent;
const monitor = monitorOf({ target, profile });
const { name, namespace = '' } = target.service.metadata;

/** Gives these objects to whoever lists or looks for them; the selecting is the API server's. */
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

test('A ServiceMonitor of the manifests goes before the one that a user would write', () => {
  const own = { ...monitor, metadata: { name: 'own', namespace } };

  expect(monitorOf({ target: { ...target, objects: [...target.objects, own] }, profile })).toBe(own);
  expect(monitor.spec.selector.matchLabels).toEqual(profile.promises.labels);
});

test('A ServiceMonitor that leads to both ports of the one Service has nothing against it', async () => {
  expect(await disagreements(cluster([target.service], bothPorts), monitor)).toEqual([]);
});

test('A ServiceMonitor that finds another Service, or not the own one, is told with both', async () => {
  const stranger = { ...target.service, metadata: { name: 'stranger', namespace } };

  expect(await disagreements(cluster([target.service, stranger], bothPorts), monitor)).toEqual([
    `${selectorText(monitor.spec.selector)} also selects the Service ${namespace}/stranger`,
  ]);
  expect(await disagreements(cluster([stranger], bothPorts), monitor)).toEqual([
    `${selectorText(monitor.spec.selector)} in ${namespace} does not select the Service ${namespace}/${name}; it selects ${namespace}/stranger`,
  ]);
});

test('A port that no endpoint has, and one that leads elsewhere, are told', async () => {
  const ports = [{ name: 'http-metrics', port: 9999 }];

  expect(await disagreements(cluster([target.service], ports), monitor)).toEqual([
    'the port http-metrics leads to 9999, where the exporter does not listen',
    `no endpoint of ${name} has the port telemetry; they have http-metrics (9999)`,
  ]);
});

test('A selector is written as the API server reads it in a query', () => {
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

test('A ServiceMonitor looks in its own namespace unless it says others, or all', () => {
  const looking = (namespaceSelector?: ServiceMonitor['spec']['namespaceSelector']) =>
    namespacesOf({ ...monitor, spec: { ...monitor.spec, ...(namespaceSelector && { namespaceSelector }) } });

  expect(looking()).toEqual([namespace]);
  expect(looking({ matchNames: ['a', 'b'] })).toEqual(['a', 'b']);
  expect(looking({ any: true })).toBeUndefined();
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
  const having = (args: readonly string[], serves = true) =>
    operatorIsThere({ mapper: { serves: () => serves }, list: async () => [deployment(args)] } as unknown as KubeClient);

  expect(await having(['--kubelet-service=a/b'])).toBe(true);
  expect(await having(['--namespaces=a'])).toBe(false);
  expect(await having([], false)).toBe(false);
});

test('What is missing and what is there besides is told apart', () => {
  expect(difference(new Set(['a', 'c']), new Set(['a', 'b']))).toEqual(['1 missing: b', '1 that the exporter does not have: c']);
});

test('Every documented metric is a family of its group, so that a misspelt name cannot hide', () => {
  const known = new Set(tables.flatMap(({ resource, families }) => families.map((family) => `${resource} ${family.name}`)));
  const documented = Object.entries(documentedMetrics).flatMap(([resource, names]) => names.map((one) => `${resource} ${one}`));

  expect(Object.keys(documentedMetrics)).toHaveLength(22);
  expect(documented.filter((one) => !known.has(one))).toEqual([]);
});
