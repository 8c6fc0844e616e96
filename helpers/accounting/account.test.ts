import { describe as describeAccounting } from './describe.ts';
import { gauge, type ResourceTable } from './table.ts';
import { accountFor, OWNER, WEIGHT, type Widget, widget, widgets } from './widgets.ts';

test('every sample that an object must have is explained', () => {
  const accounting = accountFor(`${WEIGHT}\n${OWNER}`);

  expect(accounting).toMatchObject({ samples: 2, explained: 2, missing: [], unexplained: [], unequal: [], judged: 1 });
  expect(describeAccounting(accounting)).toEqual([]);
});

test('the order of labels and of samples says nothing', () => {
  const turned = 'kube_widget_weight{widget="w",namespace="a"} 4';

  expect(accountFor(`${OWNER}\n${turned}`)).toMatchObject({ explained: 2, differences: [] });
});

test('a sample that was dropped is missing, and told with the object that it is expected of', () => {
  const accounting = accountFor(OWNER);

  expect(accounting).toMatchObject({ samples: 1, explained: 1, missing: [WEIGHT], unexplained: [], unequal: [] });
  expect(describeAccounting(accounting)).toEqual([`${WEIGHT}: missing, of Widget a/w`]);
});

test('a changed value is unequal, and told with what was expected', () => {
  const accounting = accountFor(`kube_widget_weight{namespace="a",widget="w"} 5\n${OWNER}`);

  expect(accounting).toMatchObject({ explained: 1, missing: [], unexplained: [] });
  expect(accounting.unequal).toEqual(['kube_widget_weight{namespace="a",widget="w"} 5']);
  expect(describeAccounting(accounting)).toEqual(['kube_widget_weight{namespace="a",widget="w"}: is 5, expected 4']);
});

test('a changed label is told by the sample that is nearest', () => {
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

test('a family that no table knows is unexplained, with or without samples', () => {
  const accounting = accountFor(`${WEIGHT}\n${OWNER}\nkube_gadget_info{gadget="g"} 1\n# TYPE kube_gizmo_info gauge`);

  expect(accounting.unexplained).toEqual(['kube_gadget_info{gadget="g"} 1', '# TYPE kube_gizmo_info gauge']);
  expect(describeAccounting(accounting)).toContain('kube_gadget_info{gadget="g"} 1: no table knows the family');
});

test('a series that is there twice is there once too often', () => {
  const accounting = accountFor(`${WEIGHT}\n${WEIGHT}\n${OWNER}`);

  expect(accounting).toMatchObject({ explained: 2, unexplained: [WEIGHT] });
  expect(describeAccounting(accounting)).toEqual([`${WEIGHT}: the series is there once too often`]);
});

test('a series that the exporter must write twice is expected twice', () => {
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

test('what changed between the two readings is unsettled: neither missing nor unexplained', () => {
  const objects = [widget('w'), widget('gone'), widget('still')];
  const after = [widget('w', { resourceVersion: '2', spec: { weight: 9 } }), widget('new'), widget('still')];
  const still = `${WEIGHT}\n${OWNER}`.replaceAll('"w"', '"still"');
  const gone = WEIGHT.replace('"w"', '"gone"');

  const accounting = accountFor(`${still}\n${WEIGHT}\n${gone}`, { objects, after });

  expect(accounting).toMatchObject({ samples: 4, explained: 2, differences: [], unsettled: [WEIGHT, gone] });
  expect(accounting.unsettledObjects).toEqual(['Widget a/w', 'Widget a/gone', 'Widget a/new']);
});

test('an object that was replaced by one of the same name is unsettled too', () => {
  const after = [widget('w', { uid: 'another', resourceVersion: '1' })];

  expect(accountFor(WEIGHT, { after })).toMatchObject({ differences: [], unsettled: [WEIGHT], judged: 0 });
});

test('an object is the same whichever version of its API it was read with', () => {
  const objects = [
    { ...widget('w'), apiVersion: 'example.com/v2beta1' },
    { ...widget('x'), apiVersion: 'other.com/v1' },
  ];

  expect(accountFor(`${WEIGHT}\n${OWNER}`, { objects })).toMatchObject({ explained: 2, differences: [], judged: 1 });
});

test('an object that a table cannot read is named with the family', () => {
  const broken: ResourceTable<Widget> = {
    ...widgets,
    families: [
      gauge('kube_widget_weight', { stability: 'STABLE' }, () => {
        throw new Error('"heavy" is not a number.');
      }),
    ],
  };

  expect(() => accountFor(WEIGHT, { tables: [broken] })).toThrow(
    'kube_widget_weight cannot be told from Widget a/w: "heavy" is not a number.',
  );
});

test('a long list of differences is cut, by family and as a whole', () => {
  const objects = Array.from({ length: 50 }, (_, index) => widget(`w${index}`));
  const lines = describeAccounting(accountFor('', { objects }), { limit: 6 });

  expect(lines).toEqual([
    'kube_widget_weight{namespace="a",widget="w0"} 4: missing, of Widget a/w0',
    'kube_widget_weight{namespace="a",widget="w1"} 4: missing, of Widget a/w1',
    'kube_widget_weight{namespace="a",widget="w2"} 4: missing, of Widget a/w2',
    'kube_widget_weight: 47 more',
    `${OWNER.replace('"w"', '"w0"')}: missing, of Widget a/w0`,
    '… 100 differences in 2 families in all',
  ]);
});
