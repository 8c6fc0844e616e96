import { readExposition } from '../../helpers/exposition/read.ts';
import { parseVersion } from '../../helpers/version.ts';
import { removedDefaults, settings } from './promises.ts';
import { foreignLabels, type Reading, repeatedSeries, samplesOfNamespaces, withoutSample } from './readings.ts';

const fixtures = 'fixtures';

const expositionOf = async (...lines: readonly string[]) =>
  (await readExposition(lines.map((line) => `${line}\n`).join(''), { format: 'text' })).exposition;

const objectOf = (kind: string, name: string, metadata: object = { namespace: fixtures }) => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, ...metadata },
});

/** The findings of a setting for what a copy exposes, by default of a cluster with one Node and one ConfigMap. */
async function findingsOf(
  option: string,
  lines: readonly string[],
  objects = [objectOf('Node', 'server', {}), objectOf('ConfigMap', 'a')],
  telemetry: readonly string[] = [],
): Promise<readonly string[]> {
  const setting = settings.find((candidate) => candidate.option === option);
  const reading: Reading = {
    exposition: await expositionOf(...lines),
    telemetry: await expositionOf(...telemetry),
    objects: (kind) => objects.filter((object) => object.kind === kind),
  };
  return setting?.findings(reading, fixtures) ?? [];
}

const nodeInfo = 'kube_node_info{node="server"} 1';
const configMapInfo = 'kube_configmap_info{namespace="fixtures",configmap="a"} 1';

test('a denylist that loses cluster-scoped objects, or keeps a denied namespace, breaks its promise', async () => {
  const objects = [objectOf('Node', 'server', {}), objectOf('ConfigMap', 'a', { namespace: 'default' })];
  const allowed = 'kube_configmap_info{namespace="default",configmap="a"} 1';

  expect(await findingsOf('namespaces-denylist', [nodeInfo, allowed], objects)).toEqual([]);
  expect(await findingsOf('namespaces-denylist', [allowed], objects)).toEqual([
    'kube_node_info has no sample of Node server with {"node":"server"}',
  ]);
  expect(await findingsOf('namespaces-denylist', [nodeInfo, allowed, configMapInfo], objects)).toEqual([
    'kube_configmap_info has 1 sample(s) of other namespaces: fixtures',
  ]);
});

test('--resources is broken by a family of another resource, and by a list of one', async () => {
  const counted = (type: string) => `kube_state_metrics_list_total{result="success",resource="${type}"} 1`;

  expect(await findingsOf('resources', [nodeInfo, configMapInfo], undefined, [counted('*v1.Node')])).toEqual([]);
  expect(
    await findingsOf('resources', [nodeInfo, configMapInfo, 'kube_secret_info{secret="a"} 1'], undefined, [counted('*v1.Pod')]),
  ).toEqual(['kube_secret_info is exposed', 'it lists or watches *v1.Pod']);
});

test('an object limit is broken by more objects, by fewer, and where there are no more than it allows', async () => {
  const secretsNamed = (...names: readonly string[]) => names.map((name) => objectOf('Secret', name));
  const exposed = (...names: readonly string[]) =>
    names.map((name) => `kube_secret_info{namespace="fixtures",secret="${name}"} 1`);
  const limit = ['kube_state_metrics_list_objects_limit{resource="*v1.Secret"} 2'];

  expect(await findingsOf('object-limit', exposed('a', 'b'), secretsNamed('a', 'b', 'c'), limit)).toEqual([]);
  expect(await findingsOf('object-limit', exposed('a', 'b', 'c'), secretsNamed('a', 'b', 'c'), limit)).toEqual([
    'kube_secret_info has samples of 3 of 3 Secrets',
  ]);
  expect(await findingsOf('object-limit', exposed('a', 'b'), secretsNamed('a', 'b'), [])).toEqual([
    'the namespace has 2 Secrets, no more than the limit',
    'its own metrics have the limit (none) for Secrets',
  ]);
});

test('over no object nothing is proved', async () => {
  expect(withoutSample(await expositionOf(nodeInfo), 'kube_node_info', [], () => ({}))).toEqual([
    'no object for kube_node_info, so that nothing can be judged',
  ]);
});

test('a namespace is no object of itself, and an empty label names none', async () => {
  const exposition = await expositionOf('kube_namespace_created{namespace="b"} 1', 'kube_node_info{namespace=""} 1');

  expect(samplesOfNamespaces(exposition, () => true)).toEqual([]);
});

test('a series with its labels in another order is the same', async () => {
  const exposition = await expositionOf('kube_a{x="1",y="2"} 1', 'kube_a{y="2",x="1"} 1', 'kube_a{x="2",y="2"} 1');

  expect(repeatedSeries(exposition)).toEqual(['kube_a has 3 samples of 2 series']);
});

test('a label that is not allowed is named', async () => {
  const exposition = await expositionOf('kube_pod_labels{pod="a",label_fixture="x",label_app="y"} 1');

  expect(foreignLabels(exposition, 'kube_pod_labels', ['label_fixture'], 'label_')).toEqual([
    'kube_pod_labels has the label label_app',
  ]);
});

test('a default that an argument removes is named with the option', () => {
  const removedBy = (...args: readonly string[]) =>
    removedDefaults({ version: parseVersion('v2.20.0'), arguments: args }, { promises: {} });

  expect(removedBy()).toEqual([]);
  expect(removedBy('--metric-labels-allowlist=pods=[*]', '--namespaces=a')).toEqual([]);
  expect(removedBy('--metric-denylist=^kube_pod_tolerations$')).toEqual(['kube_pod_tolerations: in --metric-denylist']);
  expect(removedBy('--metric-allowlist=^kube_(?!pod_ips$)')).toEqual(['kube_pod_ips: not in --metric-allowlist']);
  expect(removedBy('--resources=pods')).toContain('secrets, with 7 families: not in --resources');
});

test('where a profile names its resources, others may be excluded', () => {
  const removedBy = (...args: readonly string[]) =>
    removedDefaults({ version: parseVersion('v2.20.0'), arguments: args }, { promises: { exposes: ['pods', 'nodes'] } });

  expect(removedBy('--resources=pods,nodes')).toEqual([]);
  expect(removedBy('--resources=pods')).toEqual(['nodes, with 13 families: not in --resources']);
});
