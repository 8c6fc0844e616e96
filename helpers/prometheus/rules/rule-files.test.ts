import { readdirSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { UsageError } from '../../errors.ts';
import { readDashboards } from './dashboards.ts';
import { parseExpression } from './expression.ts';
import { labelsOfTemplate } from './rule.ts';
import { readRules } from './rule-files.ts';

const folder = new URL('../../../fixtures/rules/', import.meta.url);

test('rules are read from rule files and PrometheusRule objects, with their lines', () => {
  const text = `groups:
  - name: g
    rules:
      - alert: A
        expr: up == 0
        annotations: { summary: 'on {{ $labels.instance }}' }
---
apiVersion: v1
kind: List
items:
  - { kind: ConfigMap, groups: [] }
  - kind: PrometheusRule
    spec:
      groups:
        - name: h
          rules:
            - record: b
              expr: |
                sum(c)
`;

  expect(readRules(text, 'f.yaml').rules).toMatchObject([
    { kind: 'alert', group: 'g', name: 'A', expression: 'up == 0', line: 5, templates: { summary: 'on {{ $labels.instance }}' } },
    { kind: 'record', group: 'h', name: 'b', expression: 'sum(c)', line: 18 },
  ]);
});

test('invalid YAML and a rule without an expression are errors with their line', () => {
  expect(() => readRules('groups:\n  - name: [', 'f.yaml')).toThrow(/^f\.yaml, line 2/);
  expect(() => readRules('groups: [{name: g, rules: [{alert: A}]}]', 'f.yaml')).toThrow(
    'f.yaml, line 1: the rule "A" has no expr.',
  );
});

test('all rules in fixtures/rules parse', () => {
  const rules = readdirSync(folder).flatMap((file) => readRules(readFileSync(new URL(file, folder), 'utf8'), file).rules);

  expect(rules.length).toBeGreaterThan(10);
  expect(rules.filter(({ expression }) => parseExpression(expression).faults.length > 0)).toEqual([]);
});

test('templates use labels in three forms', () => {
  expect(labelsOfTemplate('{{ $labels.pod }} {{ .Labels.node | toUpper }} {{ index $labels "a.b" }} $labels.c')).toEqual([
    'pod',
    'node',
    'a.b',
  ]);
});

const group = `groups:
  - name: g
    rules:
      - alert: A
        expr: up == 0
`;
const indented = (text: string, spaces: number) => text.replace(/^(?=.)/gm, ' '.repeat(spaces));

test.each([
  ['a PrometheusRule in a List', `kind: List\nitems:\n  - kind: PrometheusRule\n    spec:\n${indented(group, 6)}`, 9],
  ['a VMRule', `apiVersion: operator.victoriametrics.com/v1beta1\nkind: VMRule\nspec:\n${indented(group, 2)}`, 8],
  ['a ConfigMap', `kind: ConfigMap\ndata:\n  a.yml: |\n${indented(group, 4)}`, 8],
  ['values of a Helm chart', `additionalPrometheusRulesMap:\n  mine:\n${indented(group, 4)}`, 7],
  [
    'values of a chart that contains it',
    `kube-prometheus-stack:\n  additionalPrometheusRules:\n    - name: m\n${indented(group, 6)}`,
    8,
  ],
  ['a namespace of Mimir', `namespace: n\n${group}`, 6],
  ['the namespaces that Mimir returns', 'n:\n  - name: g\n    rules:\n      - alert: A\n        expr: up == 0\n', 5],
])('rules are read from %s, with their lines', (_, text, line) => {
  const { rules, groups } = readRules(text, 'f.yaml');

  expect(rules).toMatchObject([{ kind: 'alert', group: 'g', name: 'A', expression: 'up == 0', line }]);
  expect(groups).toEqual([{ name: 'g', rules: [{ alert: 'A', expr: 'up == 0' }] }]);
});

test('an alert of Grafana has its PromQL queries, and names those that are not', () => {
  const query = (refId: string, datasourceUid: string, model: object) => ({ refId, datasourceUid, model });
  const rule = {
    title: 'Lost',
    data: [
      query('A', 'prom', { expr: 'kube_x > 0' }),
      query('B', '__expr__', { type: 'threshold' }),
      query('C', 'l', { datasource: { type: 'loki' }, expr: '{a="b"}' }),
    ],
    annotations: { summary: '{{ $labels.pod }}' },
  };
  const { rules, skipped, groups } = readRules(
    JSON.stringify({ apiVersion: 1, groups: [{ name: 'g', rules: [rule] }] }),
    'f.json',
  );

  expect(rules).toMatchObject([{ kind: 'alert', name: 'Lost, query A', expression: 'kube_x > 0' }]);
  expect(skipped).toEqual([
    { name: 'alert Lost, query B', reason: 'Grafana itself computes it from other queries' },
    { name: 'alert Lost, query C', reason: 'its datasource is loki' },
  ]);
  expect(groups).toEqual([]);
});

test('what PromQL cannot be is named and not loaded, and a group keeps only the fields of Prometheus', () => {
  const text = `kind: VMRule
spec:
  groups:
    - name: g
      concurrency: 2
      interval: 3m
      limit: 5
      rules:
        - { alert: A, expr: 'rate(a) > 0', debug: true }
        - { alert: B, expr: 'a default 0' }
        - { alert: C, expr: 'x | y', type: vlogs }
        - { record: d, expr: sum(a), update_entries_limit: 3 }
`;
  const { rules, skipped, groups } = readRules(text, 'f.yaml');

  expect(rules.map(({ name }) => name)).toEqual(['A', 'd']);
  expect(skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    expect.stringMatching(/^alert B: it is MetricsQL: line 1, column 3/),
    'alert C: its type is vlogs, which is not PromQL',
  ]);
  expect(groups).toEqual([{ name: 'g', limit: 5, rules: [{ record: 'd', expr: 'sum(a)' }] }]);
});

test('objects with rules of another kind are no rule groups', () => {
  const role = 'kind: Role\nrules:\n  - apiGroups: [""]\n    resources: [pods]\n    verbs: [list]\n';

  expect(readRules(role, 'f.yaml')).toMatchObject({ rules: [], skipped: [], groups: [] });
});

const dashboard = {
  title: 'Pods',
  templating: {
    list: [
      { name: 'namespace', type: 'query', query: { query: 'label_values(kube_pod_info{cluster="$cluster"}, namespace)' } },
      { name: 'limit', type: 'custom', query: '5,10' },
      { name: 'loki', type: 'datasource', query: 'loki' },
      { name: 'names', type: 'query', query: 'metrics(kube_pod_.*)' },
      { name: 'old', type: 'query', query: 'query_result(sum(kube_q))' },
      { name: 'cluster', type: 'query', query: 'label_values(cluster)' },
    ],
  },
  annotations: {
    list: [
      { name: 'builtin', builtIn: 1, datasource: '-- Grafana --' },
      { name: 'deploys', expr: 'changes(kube_v[1m]) > 0' },
    ],
  },
  panels: [
    { title: 'Restarts', targets: [{ expr: 'rate(kube_x{namespace=~"$namespace"}[$__rate_interval])' }, { refId: 'B' }] },
    { type: 'row', title: 'More', panels: [{ title: 'Inner', targets: [{ expr: 'sum(kube_y[$span:])' }] }] },
    { title: 'Logs', datasource: { type: 'loki' }, targets: [{ expr: '{a="b"}' }] },
    { title: 'By variable', datasource: { uid: '$loki' }, targets: [{ expr: '{a="b"}' }] },
    { title: 'Shared', libraryPanel: { uid: 'a' } },
    { title: 'Missing', libraryPanel: { uid: 'b' } },
    { title: 'Offset', targets: [{ expr: 'kube_x offset $unknown' }] },
    { title: 'Metrics', targets: [{ expr: 'kube_x keep_metric_names' }] },
  ],
  __elements: { a: { uid: 'a', model: { title: 'Shared', targets: [{ expr: 'kube_lib' }] } } },
  rows: [{ panels: [{ title: 'Old', targets: [{ expr: 'topk($limit, kube_z)' }] }] }],
};

test('queries are read from panels, rows, libraries, variables and annotations, and parse; all else is named', () => {
  const { rules, skipped } = readDashboards(JSON.stringify({ dashboard }), 'd.json');

  expect(rules.map(({ kind, name, expression }) => `${kind} ${name}: ${expression}`)).toEqual([
    'panel Old: topk(5, kube_z)',
    'panel Restarts: rate(kube_x{namespace=~"$namespace"}[5m])',
    'panel Inner: sum(kube_y[5m:])',
    'panel Shared: kube_lib',
    'variable namespace: count by (namespace) (kube_pod_info{cluster="$cluster"})',
    'variable names: {__name__=~"kube_pod_.*"}',
    'variable old: sum(kube_q)',
    'annotation deploys: changes(kube_v[1m]) > 0',
  ]);
  expect(rules.flatMap(({ expression }) => parseExpression(expression).faults)).toEqual([]);
  expect(skipped.map(({ name, reason }) => `${name}: ${reason}`)).toEqual([
    'panel Restarts: it has no PromQL expression',
    'panel Logs: its datasource is loki',
    'panel By variable: its datasource is loki',
    'panel Missing: it is a library panel that the file does not contain',
    'panel Offset: the dashboard has no value for $unknown',
    expect.stringMatching(/^panel Metrics: it is MetricsQL/),
    'variable cluster: label_values(cluster) names no metric',
  ]);
});

const small = { title: 't', panels: [{ title: 'p', targets: [{ expr: 'sum(kube_x)' }] }] };
const query = (kind: string, expr: string) => ({ kind: 'PanelQuery', spec: { refId: 'A', query: { kind, spec: { expr } } } });
const version2 = {
  title: 't',
  elements: {
    a: {
      kind: 'Panel',
      spec: {
        title: 'p',
        data: { kind: 'QueryGroup', spec: { queries: [query('prometheus', 'sum(kube_x)'), query('loki', '{}')] } },
      },
    },
  },
  variables: [
    {
      kind: 'QueryVariable',
      spec: { name: 'v', query: { kind: 'DataQuery', group: 'prometheus', spec: { query: 'label_values(kube_y, a)' } } },
    },
  ],
};

test.each([
  ['an array', [small], ['sum(kube_x)'], 0],
  [
    'an object of the API, version 1',
    { kind: 'Dashboard', apiVersion: 'dashboard.grafana.app/v1beta1', spec: small },
    ['sum(kube_x)'],
    0,
  ],
  ['one of version 2', { kind: 'Dashboard', spec: version2 }, ['sum(kube_x)', 'count by (a) (kube_y)'], 1],
  [
    'a list of ConfigMaps',
    { kind: 'ConfigMapList', items: [{ kind: 'ConfigMap', data: { 'a.json': JSON.stringify(small), b: 'x' } }] },
    ['sum(kube_x)'],
    1,
  ],
])('dashboards are read from %s, as JSON and as YAML', (_, value, expressions, skipped) => {
  for (const text of [JSON.stringify(value), stringify(value)]) {
    const source = readDashboards(text, 'd');
    expect(source.rules.map(({ expression }) => expression)).toEqual(expressions);
    expect(source.skipped).toHaveLength(skipped);
  }
});

test('a file that is no dashboard is bad usage', () => {
  expect(() => readDashboards('<html>', 'd.json')).toThrow(UsageError);
  expect(() => readDashboards('a: [', 'd.json')).toThrow(UsageError);
});
