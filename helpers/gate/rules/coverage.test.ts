import type { Rule } from '../../prometheus/rules/rule.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import { countSources } from './coverage.ts';
import { gateRules } from './gate-rules.ts';
import { gateResults } from './results.ts';
import { ruleContext } from './rule-context.ts';

const rule = (expression: string, more: Partial<Rule> = {}): Rule => ({
  file: 'rules.yaml',
  kind: 'alert',
  group: 'g',
  name: 'Alert',
  expression,
  templates: {},
  ...more,
});

test('every expression is counted once, as judged, judged by its selectors, or not judged, with the reason', async () => {
  const rules = [
    rule('kube_pod_owner == 1', { name: 'Whole' }),
    rule('kube_recorded > 0', { name: 'Recorded' }),
    rule('kube_pod_owner * on (node) node_load1', { name: 'Joined' }),
    rule('node_load1 > node_load5', { name: 'Node' }),
    rule('sum(kube_pod_owner) / a:b:sum', { name: 'Ratio' }),
    rule('up == 0', { name: 'Up' }),
    rule('vector(1)', { name: 'Watchdog' }),
    rule('kube_state_metrics_list_total == 0', { name: 'Own' }),
    rule('sum(', { name: 'Broken' }),
    rule('kube_pod_owner > grafana_variable_limit', { kind: 'panel', name: 'Limit' }),
    rule('sum(node_load1) + sum(kube_pod_owner)', { kind: 'record', name: 'mixed' }),
    rule('mixed > 0', { name: 'Mixed' }),
    rule('sum(kube_pod_owner)', { kind: 'record', name: 'kube_recorded' }),
  ];
  const surface = await surfaceOfScrape('kube_pod_owner{pod="a"} 1\n', 'text');
  const surfaces = { old: surface, new: surface };
  const skipped = [{ name: 'panel Logs', reason: 'its datasource is loki' }];
  const [counts] = countSources(
    [{ file: 'f', part: 'rules', rules, skipped, groups: [] }],
    ruleContext(rules, { ...surfaces, changes: [] }),
  );

  expect(counts).toEqual({
    file: 'f',
    part: 'rules',
    expressions: 14,
    judged: 3,
    bySelectors: [
      { name: 'alert Joined', reason: 'it also needs metrics of other exporters: node_load1' },
      { name: 'alert Ratio', reason: 'it also needs series that no given rule records: a:b:sum' },
      { name: 'panel Limit', reason: 'the dashboard has no value for $limit' },
      { name: 'record mixed', reason: 'it also needs metrics of other exporters: node_load1' },
      { name: 'alert Mixed', reason: 'it also needs metrics of other exporters: node_load1' },
    ],
    notJudged: [
      { name: 'alert Node', reason: 'it uses metrics of other exporters: node_load1, node_load5' },
      { name: 'alert Up', reason: 'it uses only series that Prometheus itself writes' },
      { name: 'alert Watchdog', reason: 'it selects no metric' },
      {
        name: 'alert Own',
        reason: 'it uses metrics about the exporter itself, which were not scraped: kube_state_metrics_list_total',
      },
      { name: 'alert Broken', reason: 'it does not parse' },
      ...skipped,
    ],
  });
});

test('rules of the same name in several files, or in one, are judged each, and a waiver for one is none for another', async () => {
  const surface = (text: string) => surfaceOfScrape(text, 'text');
  const surfaces = { old: await surface('kube_pod_owner{pod="a"} 1\n'), new: await surface('kube_pod_info{pod="a"} 1\n') };
  const lost = 'kube_pod_owner > 0';
  const rules = [
    rule(lost, { file: 'a.yaml' }),
    rule(lost, { file: 'b.yaml' }),
    rule(lost, { name: 'Twice' }),
    rule('kube_pod_owner{pod="a"} > 0', { name: 'Twice' }),
  ];

  expect(gateRules(rules, ruleContext(rules, { ...surfaces, changes: [] })).map(({ id }) => id)).toEqual([
    'rules/g/Alert@a.yaml/selector-lost/kube_pod_owner',
    'rules/g/Alert@b.yaml/selector-lost/kube_pod_owner',
    'rules/g/Twice/selector-lost/kube_pod_owner',
    'rules/g/Twice#2/selector-lost/kube_pod_owner',
  ]);
});

describe('results of Prometheus', () => {
  const rows = (...pairs: readonly [Record<string, string>, string][]) => ({
    rows: pairs.map(([labels, value]) => ({ labels, value })),
  });
  const compared = (before: ReturnType<typeof rows>, after: ReturnType<typeof rows> | { error: string }) =>
    gateResults([{ rule: rule('x'), old: before, new: after }], new Map());

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

  test('that differ because a recorded series does name it', () => {
    const recording = rule('kube_x', { kind: 'record', name: 'a:b' });
    const lost = { old: rows([{ a: '1' }, '1']), new: rows() };
    const [, alert] = gateResults(
      [
        { rule: recording, ...lost },
        { rule: rule('a:b > 0'), ...lost },
      ],
      new Map(),
    );

    expect(alert).toMatchObject({
      brief: '1 result before, 0 now (1 lost).',
      advice: 'First correct the rule that records a:b.',
    });
  });
});
