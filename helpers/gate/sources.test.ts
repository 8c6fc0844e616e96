import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { readSources } from './sources.ts';

const rule = { groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'kube_x > 0' }] }] };
const dashboard = { title: 't', panels: [{ title: 'p', targets: [{ expr: 'kube_x' }] }] };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sources-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(directory, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('files are read by path, directory and glob, rules as rules and dashboards as dashboards', async () => {
  file('a.yaml', rule);
  file('b.json', rule);
  const panels = file('c.dashboard', dashboard);
  const sources = await readSources({ rules: [directory, join(directory, '*.json')], dashboards: [panels] });

  expect(sources.map(({ part, rules }) => `${part} ${rules.map(({ name }) => name).join()}`)).toEqual([
    'rules A',
    'rules A',
    'rules A',
    'dashboards p',
  ]);
});

test.each([
  ['rules', { kind: 'Deployment' }, 'holds no rule of Prometheus'],
  ['dashboards', { title: 't', panels: [{ type: 'text' }] }, 'holds no query of a Grafana dashboard'],
] as const)('a file of --%s without any is bad usage', async (part, content, message) => {
  const request = { rules: [], dashboards: [], [part]: [file('a.json', content)] };

  await expect(readSources(request)).rejects.toThrow(UsageError);
  await expect(readSources(request)).rejects.toThrow(message);
});

test('a file whose queries are all of another datasource is no error: each is named', async () => {
  const logs = { title: 't', panels: [{ title: 'p', datasource: { type: 'loki' }, targets: [{ expr: '{}' }] }] };
  const [source] = await readSources({ rules: [], dashboards: [file('logs.json', logs)] });

  expect(source).toMatchObject({ rules: [], skipped: [{ name: 'panel p', reason: 'its datasource is loki' }] });
});

/** A client whose API server serves the kinds, and lists the objects by kind and label. */
function clusterOf(objects: Readonly<Record<string, readonly object[] | ApiError>>, served: readonly string[]): KubeClient {
  const list = async ({ kind }: { kind: string }, { labelSelector = '' }: { labelSelector?: string } = {}) => {
    const found = objects[`${kind} ${labelSelector}`.trim()] ?? [];
    if (found instanceof ApiError) throw found;
    return found;
  };
  return { list, mapper: { serves: (_: string, kind: string) => served.includes(kind) } } as unknown as KubeClient;
}

const metadata = { name: 'n', namespace: 'm' };

test('rules and dashboards of a cluster are read from its objects, and what may not be listed is named', async () => {
  const cluster = clusterOf(
    {
      PrometheusRule: [{ kind: 'PrometheusRule', metadata, spec: rule }],
      VMRule: [{ kind: 'VMRule', metadata, spec: rule }],
      'ConfigMap grafana_dashboard': [{ kind: 'ConfigMap', metadata, data: { 'a.json': JSON.stringify(dashboard) } }],
      'ConfigMap grafana_alert': new ApiError('GET', '/api/v1/configmaps', 403, 'Forbidden', 'may not list'),
    },
    ['PrometheusRule', 'ConfigMap'],
  );
  const sources = await readSources({ rules: ['cluster'], dashboards: ['cluster'] }, cluster);

  expect(sources.map(({ file: name, part, rules }) => `${part} ${name} ${rules.length}`)).toEqual([
    'rules PrometheusRule m/n 1',
    'rules cluster 0',
    'dashboards ConfigMap m/n 1',
  ]);
  expect(sources[0]?.rules[0]).not.toHaveProperty('line');
  expect(sources[1]?.skipped).toMatchObject([{ name: 'ConfigMaps with the label grafana_alert' }]);
});

test('a cluster without rules, and none at all, are bad usage', async () => {
  const request = { rules: ['cluster'], dashboards: [] };

  await expect(readSources(request, clusterOf({}, ['ConfigMap']))).rejects.toThrow('The cluster holds no rule');
  await expect(readSources(request)).rejects.toThrow('requires --kubeconfig');
});
