import { gauge, type ResourceTable } from '../catalogue/table.ts';
import { shelves, type Widget, widget, widgets } from '../catalogue/testing/widgets.ts';
import { account } from './account.ts';
import { describe as describeAccounting } from './describe.ts';
import { accountFor, exposition, HEADERS, OWNER, WEIGHT } from './testing/account-for.ts';

test('every expected sample is explained', () => {
  const accounting = accountFor(`${WEIGHT}\n${OWNER}`);

  expect(accounting).toMatchObject({ samples: 2, explained: 2, missing: [], unexplained: [], unequal: [], compared: 1 });
  expect(describeAccounting(accounting)).toEqual([]);
});

test('the order of labels and samples does not matter', () => {
  const reordered = 'kube_widget_weight{widget="w",namespace="a"} 4';

  expect(accountFor(`${OWNER}\n${reordered}`)).toMatchObject({ explained: 2, differences: [] });
});

test('a dropped sample is missing, and described with its object', () => {
  const accounting = accountFor(OWNER);

  expect(accounting).toMatchObject({ samples: 1, explained: 1, missing: [WEIGHT], unexplained: [], unequal: [] });
  expect(describeAccounting(accounting)).toEqual([`${WEIGHT}: missing for Widget a/w`]);
});

test('a changed value is unequal, and described with the expected value', () => {
  const accounting = accountFor(`kube_widget_weight{namespace="a",widget="w"} 5\n${OWNER}`);

  expect(accounting).toMatchObject({ explained: 1, missing: [], unexplained: [] });
  expect(accounting.unequal).toEqual(['kube_widget_weight{namespace="a",widget="w"} 5']);
  expect(describeAccounting(accounting)).toEqual(['kube_widget_weight{namespace="a",widget="w"}: is 5, expected 4']);
});

test('a changed label is described by the most similar sample', () => {
  const accounting = accountFor(`${WEIGHT}\n${OWNER.replaceAll('<none>', '')}`);

  expect(accounting.missing).toEqual([OWNER]);
  expect(accounting.unexplained).toEqual([OWNER.replaceAll('<none>', '')]);
  expect(describeAccounting(accounting)).toEqual([
    'kube_widget_owner{namespace="a",widget="w"}: owner_kind is "", expected "<none>"; owner_name is "", expected "<none>"; owner_is_controller is "", expected "<none>"',
  ]);
});

test('a sample of an object that does not exist is unexplained', () => {
  const ghost = 'kube_widget_weight{namespace="a",widget="ghost"} 4';
  const accounting = accountFor(`${WEIGHT}\n${OWNER}\n${ghost}`);

  expect(accounting).toMatchObject({ samples: 3, explained: 2, missing: [], unexplained: [ghost] });
  expect(describeAccounting(accounting)).toEqual([`${ghost}: no object explains it`]);
});

test('an unknown family is unexplained, with or without samples', () => {
  const accounting = accountFor(`${WEIGHT}\n${OWNER}\nkube_gadget_info{gadget="g"} 1\n# TYPE kube_gizmo_info gauge`);

  expect(accounting.unexplained).toEqual(['kube_gadget_info{gadget="g"} 1', '# TYPE kube_gizmo_info gauge']);
  expect(describeAccounting(accounting)).toContain('kube_gadget_info{gadget="g"} 1: unknown family');
});

test('a duplicate series is unexplained', () => {
  const accounting = accountFor(`${WEIGHT}\n${WEIGHT}\n${OWNER}`);

  expect(accounting).toMatchObject({ explained: 2, unexplained: [WEIGHT] });
  expect(describeAccounting(accounting)).toEqual([`${WEIGHT}: duplicate series`]);
});

test('a series that the exporter exposes twice is expected twice', () => {
  const red = 'kube_widget_colour{namespace="a",widget="w",colour="red"} 1';
  const objects = [widget('w', { spec: { weight: 4, colours: ['red', 'red'] } })];

  expect(accountFor(`${WEIGHT}\n${OWNER}\n${red}\n${red}`, { objects })).toMatchObject({ explained: 4, differences: [] });
  expect(accountFor(`${WEIGHT}\n${OWNER}\n${red}`, { objects }).missing).toEqual([red]);
});

test('NaN equals NaN, and no number', () => {
  const objects = [widget('w', { spec: { weight: null } })];
  const nan = WEIGHT.replace(' 4', ' NaN');

  expect(accountFor(`${nan}\n${OWNER}`, { objects }).differences).toEqual([]);
  expect(accountFor(`${WEIGHT}\n${OWNER}`, { objects }).unequal).toEqual([WEIGHT]);
});

test('an object that changed during the scrape is unsettled: neither missing nor unexplained', () => {
  const objects = [widget('w'), widget('gone'), widget('unchanged')];
  const after = [widget('w', { resourceVersion: '2', spec: { weight: 9 } }), widget('new'), widget('unchanged')];
  const unchanged = `${WEIGHT}\n${OWNER}`.replaceAll('"w"', '"unchanged"');
  const gone = WEIGHT.replace('"w"', '"gone"');

  const accounting = accountFor(`${unchanged}\n${WEIGHT}\n${gone}`, { objects, after });

  expect(accounting).toMatchObject({ samples: 4, explained: 2, differences: [], unsettled: [WEIGHT, gone] });
  expect(accounting.unsettledObjects).toEqual(['Widget a/w', 'Widget a/gone', 'Widget a/new']);
});

test('an object that was recreated with the same name is unsettled', () => {
  const after = [widget('w', { uid: 'another', resourceVersion: '1' })];

  expect(accountFor(WEIGHT, { after })).toMatchObject({ differences: [], unsettled: [WEIGHT], compared: 0 });
});

test('an object can have any version of its API group', () => {
  const objects = [
    { ...widget('w'), apiVersion: 'example.com/v2beta1' },
    { ...widget('x'), apiVersion: 'other.com/v1' },
  ];

  expect(accountFor(`${WEIGHT}\n${OWNER}`, { objects })).toMatchObject({ explained: 2, differences: [], compared: 1 });
});

test('an error of a table has the names of the object and the family', () => {
  const broken: ResourceTable<Widget> = {
    ...widgets,
    families: [
      gauge('kube_widget_weight', { stability: 'STABLE' }, () => {
        throw new Error('"heavy" is not a number.');
      }),
    ],
  };

  expect(() => accountFor(WEIGHT, { tables: [broken] })).toThrow(
    'kube_widget_weight cannot be derived from Widget a/w: "heavy" is not a number.',
  );
});

test('a long list of differences is truncated by family and in total', () => {
  const objects = Array.from({ length: 50 }, (_, index) => widget(`w${index}`));
  const lines = describeAccounting(accountFor('', { objects }), { limit: 6 });

  expect(lines).toEqual([
    'kube_widget_weight{namespace="a",widget="w0"} 4: missing for Widget a/w0',
    'kube_widget_weight{namespace="a",widget="w1"} 4: missing for Widget a/w1',
    'kube_widget_weight{namespace="a",widget="w2"} 4: missing for Widget a/w2',
    'kube_widget_weight: 47 more',
    `${OWNER.replace('"w"', '"w0"')}: missing for Widget a/w0`,
    '… 100 differences in 2 families in all',
  ]);
});

test('the header of a family must have the type of the table', () => {
  const accounting = account({
    exposition: exposition(`${HEADERS.replace('weight gauge', 'weight counter')}${WEIGHT}\n${OWNER}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets],
  });

  expect(accounting.unequal).toEqual(['# TYPE kube_widget_weight counter']);
  expect(describeAccounting(accounting)).toEqual(['# TYPE kube_widget_weight counter: expected gauge']);
});

test('a family without a TYPE line is marked as untyped', () => {
  const { differences } = account({
    exposition: exposition(`${HEADERS.replace('# TYPE kube_widget_weight gauge', '')}${WEIGHT}\n${OWNER}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets],
  });

  expect(differences).toEqual([expect.objectContaining({ family: 'kube_widget_weight', what: 'missing', untyped: true })]);
});

test('before 2.10 a family has its header even without an object', () => {
  const request = { objects: [], tables: [widgets] };

  expect(accountFor('', request).differences).toEqual([]);
  expect(account({ ...request, exposition: exposition('# TYPE kube_widget_owner gauge'), exporter: 'v2.9.2' }).missing).toEqual([
    '# TYPE kube_widget_weight gauge',
    '# TYPE kube_widget_holder gauge',
    '# TYPE kube_widget_colour gauge',
  ]);
});

test('from 2.10 on a header without an object is unexplained, and the header of an object is expected', () => {
  const empty = { objects: [], tables: [widgets], exporter: 'v2.10.0' };
  const accounting = account({ ...empty, exposition: exposition('# TYPE kube_widget_owner gauge') });

  expect(accounting.unexplained).toEqual(['# TYPE kube_widget_owner gauge']);
  expect(account({ ...empty, exposition: exposition('') }).differences).toEqual([]);
  expect(account({ ...empty, objects: [widget('w')], exposition: exposition('') }).missing).toContain(
    '# TYPE kube_widget_weight gauge',
  );
});

test('from 2.17 on a state set is a gauge in the text format', () => {
  const shelf = { apiVersion: 'example.com/v1', kind: 'Shelf', metadata: { name: 's' } };
  const request = { objects: [shelf], tables: [shelves], options: { resources: new Set(['shelves']) } };
  const text = (type: string) => `# TYPE kube_shelf_full ${type}\nkube_shelf_full{shelf="s"} 0`;

  expect(account({ ...request, exporter: 'v2.16.0', exposition: exposition(text('stateset')) }).differences).toEqual([]);
  expect(account({ ...request, exporter: 'v2.17.0', exposition: exposition(text('gauge')) }).differences).toEqual([]);
  expect(
    account({ ...request, exporter: 'v2.17.0', exposition: exposition(text('stateset'), 'openmetrics') }).differences,
  ).toEqual([]);
  expect(account({ ...request, exporter: 'v2.17.0', exposition: exposition(text('stateset')) }).unequal).toEqual([
    '# TYPE kube_shelf_full stateset',
  ]);
});

test('2.17 and 2.18 write a gauge in OpenMetrics too, once they have answered in the text format', () => {
  const shelf = { apiVersion: 'example.com/v1', kind: 'Shelf', metadata: { name: 's' } };
  const request = { objects: [shelf], tables: [shelves], options: { resources: new Set(['shelves']) } };
  const unequal = (exporter: string, type: string) =>
    account({
      ...request,
      exporter,
      exposition: exposition(`# TYPE kube_shelf_full ${type}\nkube_shelf_full{shelf="s"} 0`, 'openmetrics'),
    }).unequal;

  for (const exporter of ['v2.17.0', 'v2.18.0']) {
    expect(unequal(exporter, 'stateset')).toEqual([]);
    expect(unequal(exporter, 'gauge')).toEqual([]);
    expect(unequal(exporter, 'info')).toEqual(['# TYPE kube_shelf_full info']);
  }
  for (const exporter of ['v2.16.0', 'v2.19.0']) expect(unequal(exporter, 'gauge')).toEqual(['# TYPE kube_shelf_full gauge']);
});

test('the families depend on the opt-in list, the allowlist and the denylist', () => {
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

test('before 2.20 cluster-wide objects are exposed once per namespace in --namespaces', () => {
  const shelf = { apiVersion: 'example.com/v1', kind: 'Shelf', metadata: { name: 's' } };
  const options = { resources: new Set(['shelves']), namespaces: new Set(['a', 'b']) };
  const line = 'kube_shelf_full{shelf="s"} 0';
  const request = { objects: [shelf], tables: [shelves], options };
  const twice = exposition(`# TYPE kube_shelf_full gauge\n${line}\n${line}`);

  expect(account({ ...request, exporter: 'v2.19.0', exposition: twice }).differences).toEqual([]);
  expect(account({ ...request, exporter: 'v2.20.0', exposition: twice }).unexplained).toEqual([line]);
});
