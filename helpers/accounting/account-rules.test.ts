import { account } from './account.ts';
import { describe as describeAccounting } from './describe.ts';
import { accountFor, exposition, HEADERS, OWNER, shelves, WEIGHT, widget, widgets } from './widgets.ts';

test('the header of a family has the type that the table gives', () => {
  const accounting = account({
    exposition: exposition(`${HEADERS.replace('weight gauge', 'weight counter')}${WEIGHT}\n${OWNER}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets],
  });

  expect(accounting.unequal).toEqual(['# TYPE kube_widget_weight counter']);
  expect(describeAccounting(accounting)).toEqual(['# TYPE kube_widget_weight counter: expected gauge']);
});

test('a family that lacks nothing but its TYPE is told from one that is not there', () => {
  const { differences } = account({
    exposition: exposition(`${HEADERS.replace('# TYPE kube_widget_weight gauge', '')}${WEIGHT}\n${OWNER}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets],
  });

  expect(differences).toEqual([expect.objectContaining({ family: 'kube_widget_weight', what: 'missing', untyped: true })]);
});

test('before 2.10 a family has its header even where there is no object', () => {
  const request = { objects: [], tables: [widgets] };

  expect(accountFor('', request).differences).toEqual([]);
  expect(account({ ...request, exposition: exposition('# TYPE kube_widget_owner gauge'), exporter: 'v2.9.2' }).missing).toEqual([
    '# TYPE kube_widget_weight gauge',
    '# TYPE kube_widget_holder gauge',
    '# TYPE kube_widget_colour gauge',
  ]);
});

test('from 2.10 on a header without an object is unexplained, and an object without a header lacks it', () => {
  const empty = { objects: [], tables: [widgets], exporter: 'v2.10.0' };
  const accounting = account({ ...empty, exposition: exposition('# TYPE kube_widget_owner gauge') });

  expect(accounting.unexplained).toEqual(['# TYPE kube_widget_owner gauge']);
  expect(account({ ...empty, exposition: exposition('') }).differences).toEqual([]);
  expect(account({ ...empty, objects: [widget('w')], exposition: exposition('') }).missing).toContain(
    '# TYPE kube_widget_weight gauge',
  );
});

test('from 2.12 on the text format has a gauge where the exporter means a state set', () => {
  const shelf = { apiVersion: 'example.com/v1', kind: 'Shelf', metadata: { name: 's' } };
  const request = { objects: [shelf], tables: [shelves], options: { resources: new Set(['shelves']) } };
  const text = (type: string) => `# TYPE kube_shelf_full ${type}\nkube_shelf_full{shelf="s"} 0`;

  expect(account({ ...request, exporter: 'v2.11.0', exposition: exposition(text('stateset')) }).differences).toEqual([]);
  expect(account({ ...request, exporter: 'v2.12.0', exposition: exposition(text('gauge')) }).differences).toEqual([]);
  expect(
    account({ ...request, exporter: 'v2.12.0', exposition: exposition(text('stateset'), 'openmetrics') }).differences,
  ).toEqual([]);
  expect(account({ ...request, exporter: 'v2.12.0', exposition: exposition(text('stateset')) }).unequal).toEqual([
    '# TYPE kube_shelf_full stateset',
  ]);
});

test('opting in, an allowlist and a denylist decide which families there are', () => {
  const turns = 'kube_widget_turns_total{namespace="a",widget="w"} 3';
  const typed = `# TYPE kube_widget_turns_total counter\n${turns}`;

  expect(accountFor(`${WEIGHT}\n${OWNER}\n${typed}`).unexplained).toEqual([turns]);
  expect(accountFor(`${WEIGHT}\n${OWNER}\n${typed}`, { options: { metricOptInList: [/turns/] } }).differences).toEqual([]);
  expect(accountFor(WEIGHT, { options: { metricDenylist: [/owner/, /colour/] } }).unexplained).toEqual([
    '# TYPE kube_widget_owner gauge',
    '# TYPE kube_widget_colour gauge',
  ]);
  expect(accountFor('', { options: { metricAllowlist: [/weight|owner|colour/] } }).missing).toEqual([WEIGHT, OWNER]);
});

test('an object outside of the namespaces has no samples', () => {
  const options = { namespaces: new Set(['b']) };

  expect(accountFor(`${WEIGHT}\n${OWNER}`, { options }).unexplained).toEqual([WEIGHT, OWNER]);
  expect(accountFor('', { options }).differences).toEqual([]);
  expect(accountFor('', { options: { namespacesDenylist: new Set(['a']) } }).differences).toEqual([]);
});

test('before 2.20 every namespace that is named brings the cluster-wide objects once more', () => {
  const shelf = { apiVersion: 'example.com/v1', kind: 'Shelf', metadata: { name: 's' } };
  const options = { resources: new Set(['shelves']), namespaces: new Set(['a', 'b']) };
  const once = 'kube_shelf_full{shelf="s"} 0';
  const request = { objects: [shelf], tables: [shelves], options };
  const twice = exposition(`# TYPE kube_shelf_full gauge\n${once}\n${once}`);

  expect(account({ ...request, exporter: 'v2.19.0', exposition: twice }).differences).toEqual([]);
  expect(account({ ...request, exporter: 'v2.20.0', exposition: twice }).unexplained).toEqual([once]);
});
