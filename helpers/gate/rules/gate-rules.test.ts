import { readExposition } from '../../exposition/read.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import { surfaceOf } from '../../prometheus/rules/surface.ts';
import type { GateDifference } from '../difference.ts';
import type { Classified } from '../surface/classify.ts';
import { gateRules } from './gate-rules.ts';
import { gateResults } from './results.ts';

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

async function check(...rules: readonly Rule[]): Promise<readonly GateDifference[]> {
  const surface = async (text: string) => surfaceOf((await readExposition(text, { format: 'text' })).exposition, []);
  const families = new Map(
    ['kube_pod_owner', 'kube_pod_labels', 'kube_pod_reason', 'kube_node_info'].map((name) => [name, undefined]),
  );
  return gateRules(rules, {
    old: await surface(old),
    new: await surface(now),
    changes,
    families,
    recorded: new Set(['kube_recorded']),
  });
}

test.each([
  ['kube_crew > 0', 'kube_crew no longer matches anything (1 series before). kube_crew is gone since 2.14.'],
  [
    'kube_pod_owner{owner_kind="<none>"}',
    'kube_pod_owner{owner_kind="<none>"} no longer matches anything (1 series before). owner_kind="<none>" matches nothing since 2.8: the exporter writes "" instead.',
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

test('an expression that does not parse is reported with line and column', async () => {
  const [difference] = await check(rule('sum(kube_crew'));

  expect(difference).toMatchObject({ id: 'rules/g/Alert/syntax', severity: 'harmless', both: true });
  expect(difference?.sentence).toContain('line 1, column 14');
});

describe('results of Prometheus', () => {
  const rows = (...pairs: readonly [Record<string, string>, string][]) => ({
    rows: pairs.map(([labels, value]) => ({ labels, value })),
  });
  const compared = (before: ReturnType<typeof rows>, after: ReturnType<typeof rows> | { error: string }) =>
    gateResults([{ rule: rule('x'), old: before, new: after }]);

  test('that are equal in any order are no difference', () => {
    expect(compared(rows([{ a: '1' }, '1'], [{ a: '2' }, '2']), rows([{ a: '2' }, '2'], [{ a: '1' }, '1']))).toEqual([]);
  });

  test('that are lost or have another value reject, with examples', () => {
    expect(compared(rows([{ a: '1' }, '1']), rows())).toMatchObject([{ severity: 'reject', old: ['{a="1"} 1'], new: [] }]);
    expect(compared(rows([{ a: '1' }, '1']), rows([{ a: '1' }, '2']))).toMatchObject([
      { severity: 'reject', old: ['{a="1"} 1'], new: ['{a="1"} 2'] },
    ]);
  });

  test('that only have further labels are a note', () => {
    expect(compared(rows([{ a: '1' }, '1']), rows([{ a: '1', b: '2' }, '1']))).toMatchObject([{ severity: 'note' }]);
  });

  test('that Prometheus can no longer evaluate reject with its error', () => {
    expect(compared(rows(), { error: 'many-to-many matching not allowed' })).toMatchObject([
      { severity: 'reject', sentence: expect.stringContaining('many-to-many matching not allowed') },
    ]);
  });
});
