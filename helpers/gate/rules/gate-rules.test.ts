import { readExposition } from '../../exposition/read.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import type { GateDifference } from '../difference.ts';
import type { Classified } from '../surface/classify.ts';
import { gateRules } from './gate-rules.ts';
import { type RuleContext, ruleContext } from './rule-context.ts';
import { deriveTargetLabels, type GivenTarget } from './target-labels.ts';

const old = `kube_pod_owner{pod="a",owner_kind="<none>"} 1
kube_pod_owner{pod="b",owner_kind="Job"} 1
kube_pod_labels{pod="a"} 1
kube_pod_reason{pod="a",reason="Evicted",node="n"} 0
kube_crew{boat="a"} 1
kube_node_info{node="n",zone="z"} 1
`;
const now = `kube_pod_owner{pod="a",owner_kind=""} 1
kube_pod_owner{pod="b",owner_kind="Job"} 1
kube_pod_reason{pod="b",reason="Other"} 1
kube_node_info{node="n"} 1
`;

const owner = (kind: string, pod: string) => ({ labels: { pod, owner_kind: kind }, value: 1 });
const documented = { origin: 'documented', series: { old: 1, new: 1 } } as const;
const changes: readonly Classified[] = [
  {
    ...documented,
    kind: 'label-value',
    family: 'kube_pod_owner',
    label: 'owner_kind',
    since: '2.8',
    changes: [{ old: owner('<none>', 'a'), new: owner('', 'a') }],
  },
  { ...documented, kind: 'family-silent', family: 'kube_pod_labels', since: '2.10', changes: [] },
  { ...documented, kind: 'family-gone', family: 'kube_crew', since: '2.14', changes: [] },
  { ...documented, kind: 'label-gone', family: 'kube_node_info', label: 'zone', since: '2.9', changes: [] },
];

const rule = (expression: string, more: Partial<Rule> = {}): Rule => ({
  file: 'rules.yaml',
  line: 3,
  kind: 'alert',
  group: 'g',
  name: 'Alert',
  expression,
  templates: {},
  ...more,
});

const surface = (text: string) => surfaceOfScrape(text, 'text');
const families = new Map(
  ['kube_pod_owner', 'kube_pod_labels', 'kube_pod_reason', 'kube_node_info'].map((name) => [name, undefined]),
);
const recording = rule('sum(kube_pod_owner)', { kind: 'record', name: 'kube_recorded' });

async function contextOf(rules: readonly Rule[], given: GivenTarget = { labels: {} }): Promise<RuleContext> {
  const surfaces = { old: await surface(old), new: await surface(now), changes };
  const context = { ...ruleContext([...rules, recording], surfaces), families };
  return { ...context, target: deriveTargetLabels(rules, context, given) };
}

async function check(...rules: readonly Rule[]): Promise<readonly GateDifference[]> {
  return gateRules(rules, await contextOf(rules));
}

test.each([
  ['kube_crew > 0', 'kube_crew no longer matches anything (1 series before). kube_crew is gone since 2.14.'],
  [
    'kube_pod_owner{owner_kind="<none>"}',
    'kube_pod_owner{owner_kind="<none>"} no longer matches anything (1 series before). owner_kind="<none>" matches nothing since 2.8: the exporter writes "" instead.',
  ],
  [
    'kube_pod_owner{owner_kind!="",pod="a"}',
    'kube_pod_owner{owner_kind!="",pod="a"} no longer matches anything (1 series before). owner_kind!="" excludes these series since 2.8: the exporter writes "" instead of "<none>".',
  ],
  [
    'up unless on (pod) kube_pod_labels',
    'kube_pod_labels no longer matches anything (1 series before). kube_pod_labels has no series since 2.10 unless an allowlist has keys. It is on the right of "unless", so nothing is excluded.',
  ],
  ['sum by (zone) (kube_node_info)', 'The label zone, which by (zone) needs, is no longer on any of its series since 2.9.'],
  ['kube_node_info * on (zone) up', 'The label zone, which on (zone) needs, is no longer on any of its series since 2.9.'],
  [
    'up * on (node) group_left (zone) kube_node_info',
    "The label zone, which the join's group_left(zone) needs, is no longer on any of its series since 2.9.",
  ],
  [
    'kube_node_info{zone!="x"}',
    'The label zone, which kube_node_info{zone!="x"} needs, is no longer on any of its series since 2.9.',
  ],
])('%s rejects the candidate, with the reason', async (expression, sentence) => {
  const [difference] = await check(rule(expression));

  expect(difference?.severity).toBe('reject');
  expect(difference?.sentence).toBe(`alert Alert (rules.yaml:3): ${sentence}`);
});

test('a template that uses a lost label rejects', async () => {
  const [difference] = await check(rule('kube_node_info == 1', { templates: { summary: 'in {{ $labels.zone }}' } }));

  expect(difference).toMatchObject({ id: 'rules/g/Alert/template-label/zone', severity: 'reject' });
});

test('a name of version 1 is reported with its replacement, though neither side has it', async () => {
  const [difference] = await check(rule('sum(kube_pod_container_resource_requests_memory_bytes)'));

  expect(difference).toMatchObject({
    severity: 'harmless',
    both: true,
    advice: 'Use kube_pod_container_resource_requests{resource="memory"}.',
    sentence: expect.stringContaining('is a name of version 1, removed in 2.0'),
  });
});

test('a selector that never matched is a note only when the candidate removed its family', async () => {
  const [idle] = await check(rule('kube_pod_labels{label_nobody="x"}'));
  const [never] = await check(rule('kube_pod_owner{owner_kind="Nobody", no_such_label="x"}'));

  expect(idle).toMatchObject({ severity: 'note', id: 'rules/g/Alert/selector-idle/kube_pod_labels' });
  expect(never).toMatchObject({ severity: 'harmless', both: true });
});

test('losing only series of value 0 is a note', async () => {
  const [difference] = await check(rule('kube_pod_reason{reason="Evicted"} > 0'));

  expect(difference?.severity).toBe('note');
});

test('metrics of other exporters, recorded names, and selectors that match as before are not reported', async () => {
  expect(await check(rule('up == 0 and kube_recorded and kube_pod_owner{owner_kind="Job"} and node_load1'))).toEqual([]);
});

test.each([
  'job="kube-state-metrics"',
  'job=~"(.*/)?kube-state-metrics"',
  'job="ksm",cluster="prod-1"',
  'prometheus!="",boat!=""',
  'job=~"a|b",cluster=~"(?i:PROD)-[0-9]+",instance="10.0.0.1:8080"',
])('a selector with the target labels %s rejects as the same one without them', async (matchers) => {
  const [bare, labelled] = await Promise.all([check(rule('kube_crew > 0')), check(rule(`kube_crew{${matchers},boat!="b"} > 0`))]);

  expect(labelled.map(({ id, severity }) => [id, severity])).toEqual(bare.map(({ id, severity }) => [id, severity]));
  expect(labelled).toMatchObject([{ severity: 'reject' }]);
});

test('a job of another name, if one is given, matches nothing on either release', async () => {
  const rules = [rule('kube_crew{job="other"} > 0')];

  expect(gateRules(rules, await contextOf(rules, { labels: { job: 'mine' } }))).toMatchObject([
    { severity: 'note', id: 'rules/g/Alert/selector-idle/kube_crew' },
  ]);
  expect(gateRules(rules, await contextOf(rules, { labels: { job: 'other' } }))).toMatchObject([{ severity: 'reject' }]);
});

test('rules for several jobs are all judged, whichever the target labels fit', async () => {
  const jobs = ['a', 'b', 'c'].map((job) => rule(`kube_crew{job="${job}",env=~"[a-z]{40}"}`, { name: job }));

  expect((await check(...jobs)).map(({ id, severity }) => `${id} ${severity}`)).toEqual(
    ['a', 'b', 'c'].map((job) => `rules/g/${job}/selector-lost/kube_crew reject`),
  );
});

test('target labels are what most rules match on, and the default where they match on nothing', async () => {
  const rules = [
    rule('kube_crew{job="a",cluster=~"prod-.+"}'),
    rule('kube_crew{job="b"}'),
    rule('kube_crew{job="b",prometheus!=""}'),
  ];

  expect((await contextOf(rules)).target).toEqual({
    labels: { job: 'b', cluster: 'prod-x', prometheus: 'conformance' },
    derived: new Set(['job', 'cluster', 'prometheus']),
    honorLabels: true,
  });
  expect((await contextOf([])).target.labels).toEqual({ job: 'kube-state-metrics' });
  expect((await contextOf(rules, { labels: { job: 'c' } })).target).toMatchObject({ labels: { job: 'c' } });
});

test('rules with exported labels are written for a job that does not honor labels, and are judged so', async () => {
  const [gone, lost, ...more] = await check(
    rule('sum by (exported_pod) (kube_pod_owner{exported_pod="a",pod="ksm-0",owner_kind="<none>"})'),
    rule('kube_node_info{zone="z",pod="ksm-0"}', { name: 'Zone' }),
  );

  expect([gone, lost]).toMatchObject([{ severity: 'reject' }, { severity: 'reject' }]);
  expect(gone?.sentence).toContain('no longer matches anything (1 series before)');
  expect(more.filter(({ severity }) => severity === 'reject')).toEqual([]);
});

test('a label that no series has may be one of the target: the loss that it would hide is a note', async () => {
  const [difference, ...more] = await check(
    rule('kube_pod_reason{reason="Evicted",floor="3"}'),
    rule('kube_pod_owner{owner_kind="<none>",floor="3"}', { name: 'Owner' }),
  );

  expect(more.at(-1)).toMatchObject({ id: 'rules/g/Owner/selector-idle/kube_pod_owner', severity: 'note' });
  expect(more.at(-1)?.sentence).toContain(
    'If the scrape target has the label floor, it matches 1 series of the old release and none',
  );
  expect(difference).toMatchObject({ severity: 'harmless', advice: expect.stringContaining('--target-label floor=VALUE') });
});

test('metrics of any prefix that a side exposes are judged, and those about the exporter itself', async () => {
  const custom = await surface('acme_crd_state{name="a"} 1\n');
  const telemetry = (
    await readExposition('kube_state_metrics_list_total{result="success"} 1\ngo_threads 7\n', { format: 'text' })
  ).exposition;
  const rules = [
    rule('acme_crd_state == 0'),
    rule('kube_state_metrics_list_total', { name: 'Own' }),
    rule('go_threads{job="node"}', { name: 'Node' }),
  ];
  const none = (await readExposition('go_threads 9\n', { format: 'text' })).exposition;
  const surfaces = { old: custom, new: await surface('kube_x 1\n'), changes: [], telemetry: { old: telemetry, new: none } };
  const context = ruleContext(rules, surfaces);
  const found = gateRules(rules, { ...context, target: deriveTargetLabels(rules, context, { labels: { job: 'ksm' } }) });

  expect(found.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
    'rules/g/Alert/selector-lost/acme_crd_state reject',
    'rules/g/Own/selector-lost/kube_state_metrics_list_total reject',
  ]);
  expect(gateRules([rule('kube_state_metrics_list_total')], await contextOf([]))).toEqual([]);
});

test('an expression that does not parse is reported with line and column', async () => {
  const [difference] = await check(rule('sum(kube_crew'));

  expect(difference).toMatchObject({ id: 'rules/g/Alert/syntax', severity: 'harmless', both: true });
  expect(difference?.sentence).toContain('line 1, column 14');
});

test('two selectors of one metric in a rule are one difference, as bad as the worse of them', async () => {
  const found = await check(rule('kube_pod_owner{owner_kind="<none>"} or kube_pod_owner{owner_kind="<none>",pod="a"}'));

  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ severity: 'reject', old: [expect.any(String), expect.any(String)] });
  expect(found[0]?.sentence.match(/no longer matches anything/g)).toHaveLength(2);
});
