import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { parseAccountArguments } from './command-line.ts';
import { explain, isCorrect } from './explain.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-'));
});
afterEach(() => rm(folder, { recursive: true }));

const exporter = (...args: readonly string[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'ksm-0', namespace: 'monitoring', uid: 'u-ksm-0' },
  spec: {
    containers: [{ name: 'kube-state-metrics', image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0', args }],
  },
  status: { phase: 'Running' },
});
const mounted = exporter('--resources=configmaps', '--custom-resource-state-config-file=/etc/customresourcestate/config.yaml');
const gateway = (name: string, kind = 'Gateway') => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { name, namespace: 'infra', uid: `u-${name}` },
  spec: { gatewayClassName: 'c' },
});

const configMap = (name: string, namespace: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `u-${name}`, creationTimestamp: '2024-05-01T10:00:00Z' },
});

const state = (...kinds: readonly string[]) =>
  JSON.stringify({
    spec: {
      resources: kinds.map((kind) => ({
        groupVersionKind: { group: 'gateway.networking.k8s.io', version: 'v1', kind },
        metricNamePrefix: 'gatewayapi',
        labelsFromPath: { name: ['metadata', 'name'], namespace: ['metadata', 'namespace'] },
        metrics: [{ name: 'info', each: { type: 'Info', info: { labelsFromPath: { class: ['spec', 'gatewayClassName'] } } } }],
      })),
    },
  });
const header = '# TYPE gatewayapi_info gauge\n';
const sample = (name: string, { kind = 'Gateway', className = 'c' } = {}) =>
  `gatewayapi_info{customresource_group="gateway.networking.k8s.io",customresource_kind="${kind}",customresource_version="v1",class="${className}",name="${name}",namespace="infra"} 1\n`;

/** The accounting of a scrape and objects with this custom resource state file, and with further arguments of `account`. */
async function explained(
  metrics: string,
  objects: readonly object[],
  { file, more = [] }: { file?: string; more?: readonly string[] } = {},
) {
  await writeFile(join(folder, 'metrics.txt'), metrics);
  await writeFile(join(folder, 'objects.jsonl'), objects.map((object) => JSON.stringify(object)).join('\n'));
  if (file !== undefined) await writeFile(join(folder, 'state.yaml'), file);
  const mount = file === undefined ? [] : ['--custom-resource-state-config-file', join(folder, 'state.yaml')];
  const files = ['--objects', join(folder, 'objects.jsonl'), '--metrics', join(folder, 'metrics.txt')];
  return explain(parseAccountArguments([...files, ...mount, ...more]));
}

test('the samples of custom resources are explained by the file that the exporter mounts', async () => {
  const result = await explained(`${header}${sample('g')}`, [mounted, gateway('g')], { file: state('Gateway') });

  expect(result.accounting).toMatchObject({ samples: 1, explained: 1, differences: [] });
  expect(isCorrect(result)).toBe(true);
});

/** The exporter's pod with a file of a ConfigMap mounted in a directory, and that ConfigMap. */
function withSavedFile(pod: ReturnType<typeof exporter>, directory: string, file: string, text: string): readonly object[] {
  const [container] = pod.spec.containers;
  const containers = [{ ...container, volumeMounts: [{ name: 'file', mountPath: directory }] }];
  return [
    { ...pod, spec: { containers, volumes: [{ name: 'file', configMap: { name: 'files' } }] } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: 'other' }, data: { [file]: 'spec: {}' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: 'monitoring' }, data: { [file]: text } },
  ];
}

test('what the exporter mounts is found among the objects, and a copy that is set is used instead', async () => {
  const crs = exporter('--custom-resource-state-only', '--custom-resource-state-config-file=/etc/state/state.yaml');
  const objects = withSavedFile(crs, '/etc/state', 'state.yaml', state('Gateway'));
  const found = await explained(`${header}${sample('g')}`, [...objects, gateway('g')]);
  const copy = await explained(`${header}${sample('g')}`, [...objects, gateway('g')], { file: state('Listener') });

  expect(found.accounting).toMatchObject({ explained: 1, differences: [] });
  expect(copy.accounting).toMatchObject({ explained: 0 });
});

test('a sample with another label is unexplained, and the expected one is missing', async () => {
  const metrics = `${header}${sample('g', { className: 'd' })}`;
  const { accounting } = await explained(metrics, [mounted, gateway('g')], { file: state('Gateway') });

  expect(accounting).toMatchObject({ explained: 0, missing: [expect.stringContaining('class="c"')] });
  expect(accounting.unexplained).toEqual([expect.stringContaining('class="d"')]);
});

test('a custom resource without objects has no header', async () => {
  const metrics = `${header}# TYPE kube_configmap_created gauge\nkube_configmap_created{namespace="a",configmap="c"} 1.7145576e+09\n`;
  const args = ['--args', '--resources=configmaps --metric-allowlist=kube_configmap_created,gatewayapi_info'];
  const { accounting } = await explained(metrics, [mounted, configMap('c', 'a')], { file: state('Gateway'), more: args });

  expect(accounting).toMatchObject({ explained: 1, missing: [], unexplained: ['# TYPE gatewayapi_info gauge'] });
});

test('a family of two custom resources has the samples of both, and one header', async () => {
  const metrics = `${header}${sample('g')}${sample('h', { kind: 'Listener' })}`;
  const objects = [mounted, gateway('g'), gateway('h', 'Listener')];
  const both = await explained(metrics, objects, { file: state('Gateway', 'Listener') });
  const unknown = await explained(`${metrics}${sample('i')}`, objects, { file: state('Gateway', 'Listener') });

  expect(both.accounting).toMatchObject({ explained: 2, differences: [] });
  expect(unknown.accounting).toMatchObject({ explained: 2, missing: [], unexplained: [expect.stringContaining('name="i"')] });
});

test('a family of two custom resources has a header only if the first in order has an object', async () => {
  const ofSecond = sample('h', { kind: 'Listener' });
  const objects = [mounted, gateway('h', 'Listener')];
  const file = state('Listener', 'Gateway');
  const without = await explained(`# HELP gatewayapi_info Gateways\n${ofSecond}`, objects, { file });
  const withHeader = await explained(`${header}${ofSecond}`, objects, { file });

  expect(without.accounting).toMatchObject({ explained: 1, differences: [] });
  expect(withHeader.accounting).toMatchObject({ explained: 1, unexplained: ['# TYPE gatewayapi_info gauge'] });
});

test('a custom resource outside --resources-saved is not judged', async () => {
  const created = '# TYPE kube_configmap_created gauge\nkube_configmap_created{namespace="a",configmap="c"} 1.7145576e+09\n';
  const args = ['--args', '--resources=configmaps --metric-denylist=kube_configmap_[^c].*'];
  const judge = (saved: string) =>
    explained(`${created}${header}${sample('g')}`, [mounted, configMap('c', 'a'), gateway('g')], {
      file: state('Gateway'),
      more: [...args, '--resources-saved', saved],
    });

  expect((await judge('configmaps')).accounting).toMatchObject({ explained: 1, notJudged: 1, differences: [] });
  expect((await judge('gateways.gateway.networking.k8s.io')).accounting).toMatchObject({
    explained: 1,
    notJudged: 1,
    differences: [],
  });
  expect((await judge('configmaps,gateways')).accounting).toMatchObject({ explained: 2, notJudged: 0, differences: [] });
});

test('the namespaces and the denylist of metrics apply to custom resources, and --resources does not', async () => {
  const objects = [mounted, gateway('g')];
  const elsewhere = { ...gateway('h'), metadata: { name: 'h', namespace: 'b', uid: 'u-h' } };
  const ofNamespace = await explained(`${header}${sample('g')}`, [...objects, elsewhere], {
    file: state('Gateway'),
    more: ['--args', '--custom-resource-state-only --namespaces=infra'],
  });
  const denied = await explained(`${header}${sample('g')}`, objects, {
    file: state('Gateway'),
    more: ['--args', '--resources=configmaps --metric-denylist=gatewayapi_.*'],
  });

  expect(ofNamespace.accounting).toMatchObject({ explained: 1, differences: [] });
  expect(denied.accounting).toMatchObject({ explained: 0, unexplained: [expect.stringContaining('gatewayapi_info')] });
});

test('an inline configuration applies without a file', async () => {
  const inline = exporter('--resources=configmaps', `--custom-resource-state-config=${state('Gateway')}`);
  const { accounting } = await explained(`${header}${sample('g')}`, [inline, gateway('g')]);
  expect(accounting).toMatchObject({ explained: 1, differences: [] });

  await expect(explained(header, [inline, gateway('g')], { file: state('Gateway') })).rejects.toThrow(
    '--custom-resource-state-config-file has no effect',
  );
});

test.each<[string, Parameters<typeof explained>[2], string]>([
  ['a file that is not given', {}, 'is missing: the exporter reads /etc/customresourcestate/config.yaml'],
  ['a file that the exporter refuses', { file: '{spec: {resources: [{metrics: [{each: {type: Sum}}]}]}}' }, 'each.type is "Sum"'],
  ['a release with other rules', { file: state('Gateway'), more: ['--exporter', 'v2.9.2', '--args', ''] }, 'from v2.10.0 on'],
])('%s is bad usage', async (_, given, sentence) => {
  const run = () => explained(`${header}${sample('g')}`, [mounted, gateway('g')], given);

  await expect(run()).rejects.toThrow(UsageError);
  await expect(run()).rejects.toThrow(sentence);
});

test('a configured kind without a group is a warning, as the exporter skips it', async () => {
  const file = state('Gateway').replace('"resources":[', '"resources":[{"groupVersionKind":{"version":"v1","kind":"Foo"}},');
  const { warnings, accounting } = await explained(`${header}${sample('g')}`, [mounted, gateway('g')], { file });

  expect(warnings).toEqual([expect.stringContaining('has no group for the kind "Foo"')]);
  expect(accounting.differences).toEqual([]);
});

describe('the file of --config', () => {
  const configured = exporter('--config=/etc/ksm/config.yaml', '--resources=pods', '--namespaces=other');
  const metrics =
    '# TYPE kube_configmap_created gauge\nkube_configmap_created{namespace="a",configmap="c"} 1.7145576e+09\n' +
    '# TYPE kube_configmap_labels gauge\n';

  async function withConfig(config: string, text = metrics, more: readonly string[] = []) {
    await writeFile(join(folder, 'config.yaml'), config);
    const objects = [configured, configMap('c', 'a'), configMap('d', 'b')];
    return explained(text, objects, { more: ['--config', join(folder, 'config.yaml'), ...more] });
  }

  test('replaces the arguments', async () => {
    const { accounting } = await withConfig(
      'resources: {configmaps: {}}\nnamespaces: [a]\nmetric_allowlist: {kube_configmap_created: {}, kube_configmap_labels: {}}\n',
    );
    expect(accounting).toMatchObject({ explained: 1, differences: [] });
  });

  test('sets nothing by an empty set, and everything else by its key', async () => {
    const config = 'resources: {configmaps: {}}\nmetric_allowlist: {}\nmetric_denylist: {.*info|.*version|.*annotations: {}}\n';
    const ofLabels = 'namespaces: [a]\nlabels_allow_list: {configmaps: [app]}\n';
    const text = `${metrics}kube_configmap_labels{namespace="a",configmap="c"} 1\n`;
    expect((await withConfig(`${config}${ofLabels}`, text)).accounting).toMatchObject({ explained: 2, differences: [] });

    // The resources are those of the arguments, pods.
    const unset = await withConfig('resources: {}\nnamespaces: [a]\n');
    expect(unset.accounting).toMatchObject({ explained: 0, missing: [] });
    expect(unset.accounting.unexplained).toContain('kube_configmap_created{namespace="a",configmap="c"} 1.7145576e+09');
  });

  test.each<[string, string, readonly string[], string]>([
    ['a set as a list', 'resources: [configmaps]', [], 'config.yaml: resources is a list: expected a mapping'],
    ['a list as a mapping', 'namespaces: {a: {}}', [], 'config.yaml: namespaces is a mapping: expected a list'],
    ['text that is no YAML', 'resources: {', [], 'config.yaml is not YAML'],
    ['shards that contradict each other', 'shard: 3\ntotal_shards: 2', [], '--shard is 3, but --total-shards is 2'],
    ['a release that merges it', 'shard: 0', ['--exporter', 'v2.16.0', '--args', '--config=x'], 'from v2.17.0 on'],
  ])('with %s is bad usage', async (_, config, more, sentence) => {
    await expect(withConfig(config, metrics, more)).rejects.toThrow(UsageError);
    await expect(withConfig(config, metrics, more)).rejects.toThrow(sentence);
  });

  test('is found among the objects', async () => {
    const config =
      'resources: {configmaps: {}}\nnamespaces: [a]\nmetric_allowlist: {kube_configmap_created: {}, kube_configmap_labels: {}}\n';
    const objects = withSavedFile(configured, '/etc/ksm/', 'config.yaml', config);
    const { accounting } = await explained(metrics, [...objects, configMap('c', 'a'), configMap('d', 'b')]);
    expect(accounting).toMatchObject({ explained: 1, differences: [] });
  });

  test('that is not given is bad usage', async () => {
    await expect(explained(metrics, [configured])).rejects.toThrow(
      '--config is missing: the exporter reads its options from /etc/ksm/config.yaml',
    );
  });
});
