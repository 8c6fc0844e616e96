import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import { renderGateHtml } from '../report/html.ts';
import { renderGateMarkdown } from '../report/markdown.ts';
import type { GateReport } from '../report/model.ts';
import { renderGateTerminal } from '../report/terminal.ts';
import { rejects } from '../verdict.ts';
import { parsePreviewOptions } from './options.ts';
import { preview } from './preview.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const capture = join(root, 'fixtures/captures/v1.34.1-v2.6.0');
const objects = join(capture, 'objects.jsonl.gz');
const metrics = gunzipSync(readFileSync(join(capture, 'metrics.txt.gz'))).toString('utf8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preview-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The preview of the objects of the capture of v2.6.0. */
function previewOf(...argv: readonly string[]): Promise<GateReport> {
  return preview(parsePreviewOptions(['--objects', objects, '--prometheus', 'none', ...argv]), new AbortController().signal);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A file of rules with the alerts A0, A1 and so on, in a group of its own name. */
const rulesOf = (...expressions: readonly string[]) =>
  `groups:\n  - name: ${JSON.stringify(expressions[0])}\n    rules:\n${expressions.map((expr, index) => `      - {alert: A${index}, expr: '${expr}'}\n`).join('')}`;

const rejected = ({ differences }: GateReport) => differences.filter(rejects).map(({ rule, id }) => rule ?? id);

test('rules with target labels reject like those without', async () => {
  const without = file('without.yaml', rulesOf('kube_pod_owner{owner_kind="<none>"} == 1', 'kube_pod_info == 0'));
  const withJob = file('with.yaml', rulesOf('kube_pod_owner{job="kube-state-metrics",owner_kind="<none>"} == 1'));
  const report = await previewOf('--to', 'v2.20.0', '--rules', `${without},${withJob}`);

  expect(report).toMatchObject({ verdict: 'reject', evidence: 'predicted', from: { version: 'v2.6.0' } });
  expect(rejected(report).filter((name) => name.startsWith('alert'))).toEqual(['alert A0', 'alert A0']);
  expect(report.sources.map(({ judged, bySelectors }) => [judged, bySelectors.length])).toEqual([
    [0, 2],
    [0, 1],
  ]);
});

test('every line that could be quoted has that it is predicted, and the report fits the schema', async () => {
  const report = await previewOf('--to', 'all', '--metrics', file('metrics.txt', metrics));
  const schema = JSON.parse(readFileSync(join(root, 'docs/gate.schema.json'), 'utf8')) as object;
  const validate = new Ajv().compile(schema);
  validate(JSON.parse(JSON.stringify(report)));

  expect(validate.errors).toBeNull();
  expect(report.differences.filter(({ sentence }) => !sentence.startsWith('Predicted: '))).toEqual([]);
  const terminal = renderGateTerminal(report, { width: 100, colour: false });
  expect(terminal).toContain('REJECT (PREDICTED)\nPredicted: Do not take v2.20.0');
  expect(terminal.split('\n').filter((line) => /^ {2}[✗•○]/u.test(line) && !line.includes('Predicted: '))).toEqual([]);
  expect(renderGateMarkdown(report)).toMatch(/^## ❌ kube-state-metrics v2\.6\.0 → v2\.20\.0: reject \(predicted\)/);
  expect(renderGateHtml(report)).toContain('<h1 class="failed">reject (predicted)</h1>');
});

test('every release has what breaks at it, the newest first', async () => {
  const rules = file('rules.yaml', rulesOf('kube_pod_owner{owner_kind="<none>"} == 1', 'kube_endpoint_address_not_ready > 0'));
  const { path = [] } = await previewOf('--to', 'all', '--rules', rules);
  const breaking = (text: string) => path.filter(({ breaks }) => breaks.some(({ what }) => what.includes(text)));

  expect(path.map(({ release }) => release)).toHaveLength(14);
  expect([path[0]?.release, path.at(-1)?.release]).toEqual(['v2.20.0', 'v2.7.0']);
  expect(path.at(-1)).toMatchObject({ verdict: 'accept with notes', breaks: [] });
  expect(breaking('alert A0').map(({ release }) => release)).toEqual(['v2.8.0']);
  expect(breaking('alert A1').map(({ release }) => release)).toEqual(['v2.14.0']);
  expect(breaking('alert A0')[0]?.breaks).toContainEqual(
    expect.objectContaining({ change: 'Match both: owner_kind=~"<none>|".' }),
  );
});

describe('with the scrape of the old release', () => {
  test('the prediction for it is compared with it', async () => {
    const changed = metrics.replace(/^(kube_node_info\{.*\}) 1$/m, '$1 5');
    const [agreeing, differing] = await Promise.all(
      [metrics, changed].map((text, index) =>
        previewOf('--to', 'v2.7.0', '--metrics', file(`metrics-${index}.txt`, text), '--reports', folder),
      ),
    );
    const { samples = 0 } = agreeing?.prediction ?? {};

    expect(samples).toBeGreaterThan(2000);
    expect(agreeing?.prediction).toEqual({ samples, agreeing: samples, disagreeing: 0, examples: [] });
    expect(differing?.prediction).toMatchObject({ samples, agreeing: samples - 1, disagreeing: 1 });
    expect(differing?.prediction?.examples).toEqual([expect.stringMatching(/^kube_node_info\{.*is 5, expected 1/)]);
  });

  test('a sample that differs from its prediction does not reject the candidate', async () => {
    const changed = metrics.replace(/^(kube_node_info\{.*\}) 1$/m, '$1 5');
    const report = await previewOf('--to', 'v2.7.0', '--metrics', file('metrics.txt', changed));

    expect(report.verdict).toBe('accept with notes');
    expect(report.differences).toContainEqual(
      expect.objectContaining({
        id: 'surface/value/kube_node_info',
        severity: 'note',
        sentence: expect.stringContaining('nothing follows for the candidate'),
      }),
    );
  });

  test('families that the catalogue does not know stay as they are, and are named', async () => {
    const custom = '# TYPE kube_customresource_widget_info gauge\nkube_customresource_widget_info{name="w"} 1\n';
    const rules = file('rules.yaml', rulesOf('kube_customresource_widget_info == 1'));
    const report = await previewOf('--to', 'v2.7.0', '--rules', rules, '--metrics', file('metrics.txt', `${metrics}${custom}`));

    expect(report.differences.filter(({ id }) => id.includes('widget') || id.startsWith('rules/'))).toEqual([]);
    expect(report.notVerified).toContainEqual(expect.stringContaining('kube_customresource_widget_info'));
  });
});

test('a resource that the candidate does not know ends it at its start', async () => {
  const report = await previewOf('--from', 'v2.20.0', '--to', 'v2.6.0', '--args', '--resources=pods,endpointslices');

  expect(rejected(report)).toContain('start/unknown-resource/endpointslices');
});

describe('objects that a release has a fault with', () => {
  const cronJob = (schedule: string) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: `every-${schedule.length}`, namespace: 'a', uid: 'u', creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: { schedule, suspend: true, concurrencyPolicy: 'Allow' },
    status: {},
  });
  const slice = (port?: number) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web', namespace: 'a', uid: 's', creationTimestamp: '2024-05-01T10:00:00Z' },
    addressType: 'IPv4',
    endpoints: [],
    ports: [{ name: 'http', protocol: 'TCP', ...(port !== undefined && { port }) }],
  });
  const autoscaler = (type: string) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'a', uid: 'h', creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: {
      minReplicas: 1,
      maxReplicas: 2,
      metrics: [],
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    },
    status: { currentReplicas: 1, desiredReplicas: 1, currentMetrics: [{ type }] },
  });
  const ending = async (object: object, from: string, to: string) => {
    const saved = ['--objects', file('objects.json', JSON.stringify(object)), '--args', '', '--kubernetes', 'v1.34.1'];
    const options = parsePreviewOptions([...saved, '--from', from, '--to', to]);
    const report = await preview(options, new AbortController().signal);
    return report.differences.filter(({ id }) => id.startsWith('start/')).map(({ id, new: names }) => [id, ...names]);
  };

  test.each([
    ['v2.18.0', 'v2.19.0', cronJob('*/60 * * * *'), ['start/ends-on/cronjob-step', 'CronJob a/every-12']],
    ['v2.18.0', 'v2.19.0', cronJob('0 */24 * * *'), ['start/ends-on/cronjob-step', 'CronJob a/every-12']],
    ['v2.18.0', 'v2.19.1', cronJob('*/60 * * * *'), undefined],
    ['v2.18.0', 'v2.19.0', cronJob('*/59 * * * *'), undefined],
    ['v2.6.0', 'v2.19.1', slice(), ['start/ends-on/endpointslice-port', 'EndpointSlice a/web']],
    ['v2.6.0', 'v2.19.1', slice(80), undefined],
    // 2.10 does not read the kind by default; 2.18 has the fault too, and runs.
    ['v2.10.0', 'v2.19.1', slice(), ['start/ends-on/endpointslice-port', 'EndpointSlice a/web']],
    ['v2.18.0', 'v2.19.1', slice(), undefined],
    ['v2.6.0', 'v2.17.0', slice(), undefined],
    // 2.6 reads a version of the API that Kubernetes 1.34 does not serve.
    ['v2.6.0', 'v2.19.1', autoscaler('Resource'), ['start/ends-on/autoscaler-status', 'HorizontalPodAutoscaler a/web']],
    ['v2.6.0', 'v2.20.0', autoscaler('Resource'), undefined],
    ['v2.7.0', 'v2.19.1', autoscaler('Resource'), undefined],
    ['v2.6.0', 'v2.19.1', autoscaler(''), undefined],
  ])('case %#: from %s to %s', async (from, to, object, expected) => {
    await expect(ending(object, from, to)).resolves.toEqual(expected ? [expected] : []);
  });

  test('a known issue that ends no candidate by itself is named with its objects, and rejects nothing', async () => {
    const saved = ['--objects', file('objects.json', JSON.stringify(cronJob('*/60 * * * *'))), '--args', ''];
    const from = (release: string) =>
      preview(
        parsePreviewOptions([...saved, '--kubernetes', 'v1.34.1', '--from', release, '--to', 'v2.20.0']),
        new AbortController().signal,
      );
    const { differences } = await from('v2.19.0');

    expect(differences).toContainEqual(
      expect.objectContaining({
        id: 'objects/known-issue/cronjob-step-invalid',
        severity: 'note',
        sentence: expect.stringMatching(/^Predicted: v2\.20\.0: .* is met by CronJob a\/every-12/),
      }),
    );
    expect((await from('v2.19.1')).differences).toContainEqual(
      expect.objectContaining({ sentence: expect.stringMatching(/^Predicted: v2\.20\.0, like v2\.19\.1: Known issue cronjob-/) }),
    );
    // The report prints the advice beside the sentence.
    expect(differences.filter(({ sentence, advice }) => advice !== undefined && sentence.includes(advice))).toEqual([]);
  });

  test('series that the candidate repeats are named', async () => {
    const toleration = { key: 'k', operator: 'Exists' };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'a', uid: 'u' },
      spec: { containers: [], tolerations: [toleration, toleration] },
      status: {},
    };
    const saved = ['--objects', file('objects.json', JSON.stringify(pod)), '--args', '', '--kubernetes', 'v1.34.1'];
    const repeatsAt = async (to: string) => {
      const { differences } = await preview(
        parsePreviewOptions([...saved, '--from', 'v2.5.0', '--to', to]),
        new AbortController().signal,
      );
      return differences.filter(({ id }) => id.startsWith('surface/series-repeated/')).map(({ id, severity }) => [id, severity]);
    };

    await expect(repeatsAt('v2.14.0')).resolves.toEqual([['surface/series-repeated/kube_pod_tolerations', 'note']]);
    await expect(repeatsAt('v2.20.0')).resolves.toEqual([]);
  });
});

test('both predicted expositions are written', async () => {
  const expositions = join(folder, 'expositions');
  await previewOf('--to', 'v2.20.0', '--write-expositions', expositions);

  expect(readFileSync(join(expositions, 'from.metrics.txt'), 'utf8')).toContain('kube_endpoint_address_available{');
  expect(readFileSync(join(expositions, 'to.metrics.txt'), 'utf8')).toMatch(/^# HELP kube_\w+ Predicted for v2\.20\.0\.$/m);
  expect(existsSync(join(expositions, 'from.metrics.txt.part'))).toBe(false);
});

test.each([
  [['--to', 'v2.20.0', '--from', 'v2.20.0'], 'both v2.20.0'],
  [['--to', 'all', '--from', 'v2.20.0', '--args', ''], 'There is no release after v2.20.0'],
  [['--to', 'v2.21.0'], 'The release v2.21.0 of kube-state-metrics is unknown'],
  [['--to', 'v2.20.0', '--rules', 'cluster'], 'require --kubeconfig PATH and --context NAME'],
  [['--to', 'v2.20.0', '--kubeconfig', 'k'], 'exclude each other'],
  [['--to', 'v2.20.0', '--audit', 'app=x'], '--audit requires --kubeconfig'],
  [[], '--to is missing'],
])('%j is bad usage', async (argv, sentence) => {
  await expect(async () => previewOf(...argv)).rejects.toThrow(sentence);
});
