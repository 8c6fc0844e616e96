import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { commandsIn, hostileTexts } from '../../report/testing/hostile-text.ts';
import type { GateDifference } from '../difference.ts';
import { gateVerdict } from '../verdict.ts';
import { renderComparisons } from './comparisons.ts';
import { renderGateHtml } from './html.ts';
import { renderGateMarkdown } from './markdown.ts';
import { GATE_SCHEMA, type GateReport, gateCounts } from './model.ts';
import { renderGateTerminal } from './terminal.ts';

const silent = (name: string): GateDifference => ({
  id: `surface/family-silent/kube_${name}_labels`,
  part: 'surface',
  sentence: `kube_${name}_labels no longer has series; it had 3 for the same objects.`,
  severity: 'reject',
  origin: 'documented',
  since: '2.10',
  advice: `Name the keys that rules need: --metric-labels-allowlist=${name}=[…].`,
  old: [`kube_${name}_labels{${name}="<b>"} 1`],
  new: [],
});

const rule: GateDifference = {
  id: 'rules/g/PodLost/selector-lost/kube_pod_owner',
  part: 'rules',
  sentence: 'alert PodLost (r.yaml:3): kube_pod_owner{owner_kind="<none>"} no longer matches anything.',
  severity: 'reject',
  rule: 'alert PodLost',
  brief: 'owner_kind="<none>" matches nothing since 2.8.',
  advice: 'Match both.',
  old: ['kube_pod_owner{owner_kind="<none>"} 1'],
  new: [],
};

function report(differences: readonly GateDifference[]): GateReport {
  const side = (version: string) => ({ image: `registry.example/kube-state-metrics:${version}`, version, target: 'agent' });
  return {
    schema: GATE_SCHEMA,
    state: 'complete',
    verdict: gateVerdict(differences),
    evidence: 'live',
    from: side('v2.5.0'),
    to: side('v2.20.0'),
    cluster: { kind: 'k3s', image: 'node:v1.34.1', kubernetes: 'v1.34.1', nodes: 1 },
    startedAt: '2030-01-01T00:00:00.000Z',
    durationMs: 80_000,
    phases: [{ name: 'booting the cluster', durationMs: 14_000 }],
    counts: gateCounts(differences),
    differences,
    waivers: { unused: [{ difference: 'surface/x', reason: 'not in use', until: '2030-06-01' }], expired: [] },
    series: [{ family: 'kube_pod_labels', old: 3, new: 0 }],
    measures: [{ name: 'memory', when: 'at rest', unit: 'bytes', old: 1024 * 1024, new: 2 * 1024 * 1024, ratio: 2, budget: 1.5 }],
    sources: [],
    notVerified: [],
    leftovers: [],
  };
}

const result: GateDifference = {
  id: 'rules/g/PodLost/result',
  part: 'rules',
  sentence: 'alert PodLost (r.yaml:3): its results differ: 1 result before, 0 now (1 lost).',
  severity: 'reject',
  rule: 'alert PodLost',
  brief: '1 result before, 0 now.',
  old: ['{pod="a"} 1'],
  new: [],
};
const rejected = report([silent('pod'), silent('node'), silent('job'), rule, result]);
const schema: object = JSON.parse(readFileSync(new URL('../../../docs/gate.schema.json', import.meta.url), 'utf8'));

test('the JSON conforms to its schema, for a reject and without differences', () => {
  const validate = new Ajv({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(schema);
  for (const each of [rejected, report([])]) {
    validate(JSON.parse(JSON.stringify(each)));
    expect(validate.errors ?? []).toEqual([]);
  }
});

test('the page begins with the answer, why, and what to change: rules before families', () => {
  const page = renderGateHtml(rejected);
  const places = [
    '<h1 class="failed">reject',
    '>Why<',
    '>What to change<',
    'alert PodLost: owner_kind=&quot;&lt;none&gt;&quot; matches nothing since 2.8. 1 result before, 0 now.',
    '>Match both.<',
    '3 families no longer have series since 2.10',
    'Likewise for 2 more.',
    'id="rejects"',
  ].map((words) => page.indexOf(words));

  expect(places.every((place) => place > 0)).toBe(true);
  expect([...places].sort((a, b) => a - b)).toEqual(places);
});

test('the page shows every difference with examples of both sides, escaped, and is self-contained', () => {
  const page = renderGateHtml(rejected);

  for (const name of ['pod', 'node', 'job']) expect(page).toContain(`kube_${name}_labels{${name}=&quot;&lt;b&gt;&quot;} 1`);
  expect(page).not.toMatch(/<script|https?:\/\//);
});

test('a waived reject is shown with the reason and the end of its waiver', () => {
  const waived = { ...rule, waived: { reason: 'goes next week', until: '2030-02-01' } };

  expect(renderGateHtml(report([waived]))).toContain('Waived until 2030-02-01: goes next week');
  expect(renderGateMarkdown(report([waived]))).toContain('Waived until 2030-02-01: goes next week');
  expect(report([waived]).counts).toEqual({ reject: 0, waived: 1, note: 0, harmless: 0 });
});

test('the terminal ends with the answer', () => {
  const lines = renderGateTerminal(rejected, { width: 100, colour: false }).trimEnd().split('\n');

  expect(lines.slice(-2)).toEqual(['REJECT', 'Do not take v2.20.0 for v2.5.0 as it is: 5 differences break what users rely on.']);
  expect(lines.join('\n')).toContain('3 families no longer have series since 2.10: kube_pod_labels, kube_node_labels');
});

test('without differences the answer is accept', () => {
  const nothing = report([]);

  expect(renderGateTerminal(nothing, { width: 100, colour: false })).toContain('\nACCEPT\n');
  expect(renderGateMarkdown(nothing)).toContain('✅ kube-state-metrics v2.5.0 → v2.20.0: accept');
});

test('a rule that matches nothing on either release is shown, and is no reason for the answer', () => {
  const idle: GateDifference = { ...rule, severity: 'harmless', both: true };
  const accepted = report([idle]);

  expect(accepted.verdict).toBe('accept');
  expect(renderGateHtml(accepted)).toContain('1 rule matches nothing on either release.');
  expect(renderGateHtml(accepted)).toContain('Rules that match nothing on either release');
  expect(renderGateTerminal(accepted, { width: 100, colour: false })).toContain('alert PodLost: Match both.');
});

test('every writer shows how the rules and queries of each file were judged, and why some were not', () => {
  const sources = [
    {
      file: 'rules.yaml',
      part: 'rules' as const,
      expressions: 6,
      judged: 2,
      bySelectors: [{ name: 'alert Joined', reason: 'it also needs metrics of other exporters: node_load1' }],
      notJudged: [
        { name: 'alert Node', reason: 'it uses metrics of other exporters: node_load1' },
        { name: 'alert Disk', reason: 'it uses metrics of other exporters: node_disk' },
        { name: 'panel <Logs>', reason: 'its datasource is loki' },
      ],
    },
  ];
  const judged: GateReport = {
    ...report([]),
    sources,
    scrape: { labels: { job: 'ksm', cluster: 'a' }, derived: ['job'], honorLabels: true },
  };
  const terminal = renderGateTerminal(judged, { width: 120, colour: false });

  expect(terminal).toContain('rules.yaml: 2 of 6 expressions judged, 1 by its selectors, 3 not');
  expect(terminal).toContain('it uses metrics of other exporters: 2 (alert Node, alert Disk)');
  expect(terminal).toContain('job="ksm" (from the rules), cluster="a", honor_labels: true');
  expect(renderGateMarkdown(judged)).toContain('| `rules.yaml` | 6 | 2 | 1 | 3 |');
  expect(renderGateHtml(judged)).toContain('<b>panel &lt;Logs&gt;</b> <small>not judged: its datasource is loki</small>');
});

test('a rule group with the name of a kind of difference is not grouped as that kind', () => {
  const inGroup = (name: string) => ({ ...rule, id: `rules/value/${name}/selector-lost/kube_pod_owner` });

  expect(renderGateMarkdown(report([inGroup('A'), inGroup('B')]))).not.toContain('families have other values');
});

test('notes that may explain a reject are on its first screen: objects that meet a known issue, selectors of a lost result', () => {
  const sentence = 'v2.19.0: ends on CronJob a/hourly.';
  const met: GateDifference = { ...silent('met'), id: 'objects/known-issue/cronjob-step', sentence, severity: 'note' };
  const rules = Array.from({ length: 20 }, (_, index) => ({ ...rule, id: `${rule.id}${index}`, rule: `alert A${index}` }));
  const note: GateDifference = { ...result, id: 'rules/g/PodLost/selector-found/x', severity: 'note', brief: 'x matches more.' };
  const [, answer] = renderGateHtml(report([note, result, ...rules, met])).split(/<table class="answer">|<p class="more">/);

  expect(answer).toContain(sentence);
  expect(answer).toContain('alert PodLost: x matches more. 1 result before, 0 now.');
});

test.each([
  [2000, false],
  [8000, true],
])('the summary of %d findings fits what GitHub takes; that something is missing is %s, and counted', (count, isCut) => {
  const old = ['kube_pod_labels{namespace="team",pod="application-server",label_app_kubernetes_io_name="application-server"} 1'];
  const many = Array.from({ length: count }, (_, index) => ({ ...rule, id: `${rule.id}${index}`, rule: `alert A${index}`, old }));
  const page = renderGateMarkdown(report(many));

  expect(Buffer.byteLength(page)).toBeLessThanOrEqual(1024 * 1024);
  expect(/more parts? of this summary did not fit/.test(page)).toBe(isCut);
  expect(page).toContain(`${count} differences break what users rely on`);
});

test('the page of comparisons has a line for each, with what rejects in groups', () => {
  const page = renderComparisons([rejected, report([])]);

  expect(page).toContain('| v1.34.1 | v2.5.0 | v2.20.0 | reject | 5 | 0 | 0 | 0 | not verified | 1 min 20 s |');
  expect(page).toContain('| v1.34.1 | v2.5.0 | v2.20.0 | accept | 0 |');
  expect(page).toContain('- rejects: 3 families no longer have series since 2.10');
});

test('a summary without room for everything counts what is missing', () => {
  const short = renderGateMarkdown(rejected, 1200);

  expect(Buffer.byteLength(short)).toBeLessThanOrEqual(1200);
  expect(short).toMatch(/more parts? of this summary did not fit/);
});

describe.each(Object.entries(hostileTexts))('%s', (_, words) => {
  const side = { image: words, version: words, target: words };
  const hostile: GateReport = {
    ...report([
      { ...rule, id: words, sentence: words, brief: words, rule: words, advice: words, old: [words], new: [words] },
      { ...silent('pod'), severity: 'note', sentence: words },
    ]),
    from: side,
    to: side,
    cluster: { kind: 'kubeconfig', image: words, kubernetes: words, nodes: 1 },
    waivers: { unused: [], expired: [{ difference: words, reason: words, until: words }] },
    sources: [
      {
        file: words,
        part: 'rules',
        expressions: 2,
        judged: 0,
        bySelectors: [{ name: words, reason: words }],
        notJudged: [{ name: words, reason: words }],
      },
    ],
    scrape: { labels: { job: words }, derived: ['job'], honorLabels: true },
    notVerified: [words],
    leftovers: [words],
  };

  test.each([40, 60, 100])('are text in a terminal of %d columns', (width) => {
    expect(commandsIn(renderGateTerminal(hostile, { width, colour: false }))).toEqual([]);
  });

  test('are text in Markdown and in HTML', () => {
    for (const page of [renderGateMarkdown(hostile), renderComparisons([hostile])]) {
      const prose = page.replace(/(?<!\\)`[^`\n]*`/g, '');
      // Markdown leaves what is within a summary to HTML.
      const markdown = prose.replace(/<details><summary>[^<\n]*<\/summary>\n/g, '').replaceAll('\n</details>\n', '');
      expect(markdown).not.toMatch(/<(?!br>)|(?<!\\)[[\]]\(|(?:^|\W)@\w/);
    }
    expect(renderGateHtml(hostile)).not.toMatch(/<(?:script|img|!--)/);
  });
});
