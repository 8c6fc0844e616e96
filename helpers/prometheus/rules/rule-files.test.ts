import { readdirSync, readFileSync } from 'node:fs';
import { UsageError } from '../../errors.ts';
import { readDashboard } from './dashboards.ts';
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

  expect(readRules(text, 'f.yaml')).toMatchObject([
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
  const rules = readdirSync(folder).flatMap((file) => readRules(readFileSync(new URL(file, folder), 'utf8'), file));

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

test('dashboard queries are read from panels, panels in rows and variables, and parse', () => {
  const dashboard = {
    title: 'Pods',
    templating: { list: [{ name: 'namespace', query: { query: 'label_values(kube_pod_info{cluster="$cluster"}, namespace)' } }] },
    panels: [
      { title: 'Restarts', targets: [{ expr: 'rate(kube_x{namespace=~"$namespace"}[$__rate_interval])' }, { refId: 'B' }] },
      { type: 'row', title: 'More', panels: [{ title: 'Inner', targets: [{ expr: 'sum(kube_y[$span:])' }] }] },
    ],
    rows: [{ panels: [{ title: 'Old', targets: [{ expr: 'kube_z > $limit' }] }] }],
  };
  const queries = readDashboard(JSON.stringify({ dashboard }), 'd.json');

  expect(queries.map(({ name, expression }) => `${name}: ${expression}`)).toEqual([
    'Old: kube_z > limit',
    'Restarts: rate(kube_x{namespace=~"$namespace"}[5m])',
    'Inner: sum(kube_y[5m:])',
    'namespace: count by (namespace) (kube_pod_info{cluster="$cluster"})',
  ]);
  expect(queries.flatMap(({ expression }) => parseExpression(expression).faults)).toEqual([]);
  expect(() => readDashboard('<html>', 'd.json')).toThrow(UsageError);
});
