import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { GateReport } from '../report/model.ts';
import { parsePreviewOptions } from './options.ts';
import { preview } from './preview.ts';

const capture = fileURLToPath(new URL('../../../fixtures/captures/v1.34.1-v2.6.0/', import.meta.url));
const { PATH } = process.env;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'preview-evaluation-'));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/**
 * Takes the place of Prometheus on the PATH, as far as a preview uses it: it reads the exposition that it is to scrape from itself, and
 * the result of an expression is the number of the samples of the metric that the expression begins with.
 */
const standIn = (pids: string) => `#!${process.execPath}
const { appendFileSync, readFileSync, readdirSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { createServer } = require('node:http');
const option = (name) => process.argv.find((word) => word.startsWith('--' + name + '=')).slice(name.length + 3);
const configuration = dirname(option('config.file'));
appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');
const rules = readdirSync(configuration).filter((name) => name.endsWith('.rules.yaml')).map((name) => readFileSync(join(configuration, name), 'utf8'));
if (rules.some((text) => text.includes('refused'))) {
  console.error('error loading config: group-0.rules.yaml: refused');
  process.exit(1);
}
const lines = readFileSync(join(option('web.user-assets'), 'metrics.txt'), 'utf8').split('\\n');
const target = () => ({ labels: { job: 'j' }, health: 'up', lastError: '', lastScrape: new Date().toISOString(), lastScrapeDuration: 0 });
const count = (metric) => String(lines.filter((line) => line.startsWith(metric + '{')).length);
const respond = {
  '/-/ready': () => '',
  '/api/v1/targets': () => ({ activeTargets: [target()] }),
  '/api/v1/rules': () => ({ groups: [] }),
  '/api/v1/query': ({ query }) => ({ resultType: 'vector', result: [{ metric: {}, value: [0, count(/^\\w+/.exec(query)[0])] }] }),
};
createServer(({ url }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://stand-in');
  const data = respond[pathname](Object.fromEntries(searchParams));
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status: 'success', data }));
}).listen(option('web.listen-address').split(':')[1], '127.0.0.1');
`;

/** The preview from 2.6 to 2.20 with the alerts, which a process that takes the place of Prometheus evaluates. */
async function previewOf(kind: string, alerts: readonly string[], more: readonly string[] = []): Promise<GateReport> {
  const directory = join(folder, 'bin');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'prometheus'), standIn(join(folder, 'pids')));
  chmodSync(join(directory, 'prometheus'), 0o755);
  process.env.PATH = `${directory}${delimiter}${PATH}`;
  const rules = join(folder, 'rules.yaml');
  const items = alerts.map((expr, index) => `{alert: A${index}, expr: '${expr}', labels: {a: b}}`);
  writeFileSync(rules, `groups: [{name: g, rules: [${items.join(', ')}]}]`);
  return previewWith(rules, kind, more);
}

/** The preview with the rules of a file, on the PATH as it is. */
function previewWith(rules: string, kind: string, more: readonly string[] = []): Promise<GateReport> {
  const saved = ['--objects', join(capture, 'objects.jsonl.gz'), '--to', 'v2.20.0', '--reports', join(folder, 'reports')];
  return preview(parsePreviewOptions([...saved, '--rules', rules, '--prometheus', kind, ...more]), new AbortController().signal);
}

/** The processes that took the place of Prometheus and still run. */
function running(): readonly number[] {
  const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

const resultsIn = ({ differences }: GateReport) =>
  differences.filter(({ id }) => id.endsWith('/result')).map(({ id, severity, predicted }) => ({ id, severity, predicted }));

test('a Prometheus a side evaluates the rules on both expositions, and is gone afterwards', async () => {
  const report = await previewOf('path', ['kube_pod_labels == 1', 'kube_pod_info == 1', 'node_load1 > 1']);

  expect(resultsIn(report)).toEqual([{ id: 'rules/g/A0/result', severity: 'reject', predicted: true }]);
  expect(report.sources).toMatchObject([{ expressions: 3, judged: 2, bySelectors: [], notJudged: [{ name: 'alert A2' }] }]);
  expect(report.notVerified.filter((sentence) => sentence.includes('Prometheus'))).toEqual([]);
  expect(running()).toEqual([]);
  expect(existsSync(join(folder, 'reports/preview-run/old-1'))).toBe(false);
}, 60_000);

test('a result that differs because the scrape differs from its prediction does not reject the candidate', async () => {
  const scraped = gunzipSync(readFileSync(join(capture, 'metrics.txt.gz'))).toString('utf8');
  const metrics = join(folder, 'metrics.txt');
  writeFileSync(metrics, scraped.replace(/^kube_node_info\{.*\n/m, ''));
  const results = (...more: readonly string[]) => previewOf('path', ['kube_node_info == 1', 'kube_pod_labels == 1'], more);

  expect(resultsIn(await results())).toMatchObject([{ id: 'rules/g/A1/result', severity: 'reject' }]);
  expect(resultsIn(await results('--metrics', metrics))).toMatchObject([
    { id: 'rules/g/A0/result', severity: 'note' },
    { id: 'rules/g/A1/result', severity: 'reject' },
  ]);
}, 60_000);

test('rule groups that Prometheus refuses are named, and the expressions are evaluated without them', async () => {
  const report = await previewOf('auto', ['kube_pod_labels == 1', 'kube_pod_info{pod="refused"} == 1']);

  expect(resultsIn(report)).toMatchObject([{ id: 'rules/g/A0/result' }]);
  expect(report.notVerified).toContainEqual(
    expect.stringMatching(/does not load the rule groups.*group-0\.rules\.yaml: refused$/),
  );
  expect(running()).toEqual([]);
}, 60_000);

test('without a Prometheus the rules are judged by their selectors, and the report names the reason', async () => {
  const report = await previewOf('none', ['kube_pod_labels == 1']);

  expect(report.sources).toMatchObject([
    { judged: 0, bySelectors: [{ name: 'alert A0', reason: 'no Prometheus evaluated it' }] },
  ]);
  expect(report.notVerified[0]).toBe(
    'Rules and queries were judged by their selectors only, and no Prometheus evaluated them, because of --prometheus none.',
  );
  process.env.PATH = '';
  await expect(previewWith(join(folder, 'rules.yaml'), 'path')).rejects.toThrow('There is no prometheus on the PATH');
});
