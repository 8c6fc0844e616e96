import { join } from 'node:path';
import { simulatedCluster } from '../../../simulator/testing.ts';
import { installRelease, releaseSelector } from '../../audit/testing/release.ts';
import { type ApiProxy, startProxy } from '../../mutation/proxy.ts';
import { Interruption } from '../../run/interruption.ts';
import { seconds } from '../../wait.ts';
import { parsePreviewOptions } from './options.ts';
import { preview } from './preview.ts';

const cluster = simulatedCluster('file', { kubernetes: 'v1.34.1', prometheusImage: 'prometheus' });
const methods = new Set<string>();
let kubeconfig: string;
let proxy: ApiProxy;

/** A cluster with a release in it, and a proxy that records every request. */
beforeAll(async () => {
  const { client, directory } = cluster;
  await installRelease(client, 'v2.10.0');
  const rules = 'groups: [{name: g, rules: [{alert: NoOwner, expr: kube_pod_info == 0}]}]';
  const labels = { prometheus_rule: '1' };
  const metadata = { name: 'rules', namespace: 'default', labels };
  await client.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'rules.yaml': rules } } as never);
  kubeconfig = join(directory, 'proxied');
  proxy = await startProxy(cluster.kubeconfig, kubeconfig);
  proxy.interference = {
    request: ({ method, path }) => void methods.add(`${method} ${/\/[a-z]*reviews$/.exec(path)?.[0] ?? ''}`),
  };
}, seconds(60));

afterAll(() => proxy.stop());

function previewOf(...argv: readonly string[]) {
  const options = parsePreviewOptions([
    '--kubeconfig',
    kubeconfig,
    '--context',
    'proxy',
    '--to',
    'v2.20.0',
    '--prometheus',
    'none',
    ...argv,
  ]);
  return preview(options, new Interruption().signal);
}

test('the deployed exporter is scraped, its release and arguments are read, and nothing is changed', async () => {
  methods.clear();
  const report = await previewOf('--audit', releaseSelector);

  expect(report.from).toMatchObject({ version: 'v2.10.0', target: expect.stringMatching(/^its scrape of \S+\/\S+$/) });
  expect(report.cluster).toMatchObject({ kind: 'kubeconfig', kubernetes: 'v1.34.1+simulated', nodes: 1 });
  expect(report.prediction?.samples).toBeGreaterThan(100);
  expect(report.prediction).toMatchObject({ agreeing: report.prediction?.samples, disagreeing: 0 });
  expect([...methods].sort()).toEqual(['GET ', 'POST /selfsubjectaccessreviews']);
});

test('the rules of the cluster are read', async () => {
  const report = await previewOf('--rules', 'cluster');

  expect(report.sources).toMatchObject([
    { file: 'ConfigMap default/rules', expressions: 1, judged: 0, bySelectors: [{ name: 'alert NoOwner' }] },
  ]);
});

test('without a selector the old side is predicted for the exporter among the pods', async () => {
  const report = await previewOf();

  expect(report.from).toMatchObject({ version: 'v2.10.0', target: 'predicted from the catalogue' });
  expect(report.prediction).toBeUndefined();
  expect(report.measures[0]?.old).toBeGreaterThan(100);
});
