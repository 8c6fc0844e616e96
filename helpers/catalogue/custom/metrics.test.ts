import { parseVersion } from '../../version.ts';
import { contextOf } from '../table.ts';
import { type CustomResource, parseCustomResourceState } from './config.ts';
import { customTables } from './tables.ts';
import { goText, numberOf } from './values.ts';

const foo = {
  apiVersion: 'acme.io/v1',
  kind: 'Foo',
  metadata: { name: 'foo', namespace: 'a', labels: { app: 'x', 'acme.io/tier': 'gold' } },
  spec: {
    replicas: 3,
    ratio: '25%',
    paused: null,
    order: [
      { id: 1, value: true },
      { id: 3, value: false },
    ],
  },
  status: {
    phase: 'Active',
    uptime: 43.21,
    active: { 'type-a': 1, 'type-b': 3 },
    sub: { 'type-a': { active: 1, ready: 2, zone: 'z1' }, 'type-b': { active: 3 } },
    conditions: [
      { type: 'Ready', status: 'True', lastTransitionTime: '2024-05-01T10:00:00Z' },
      { type: 'Synced', status: 'Unknown' },
    ],
  },
};

const release = (text: string) => contextOf(parseVersion(text), {});

/** The samples of a metric `m` of foo, each as its labels in JSON and its value; those of the kind are omitted. */
function samples(each: string, { around = '', context = release('v2.20.0') } = {}): readonly string[] {
  const [table] = customTables({ customResources: parsed(`metrics: [{name: m, ${around} each: ${each}}]`) }, []);
  const [row] = table?.families ?? [];
  return (row?.samples(foo, context) ?? []).map(({ labels, value }) => {
    const others = Object.entries(labels).filter(([name]) => !name.startsWith('customresource_'));
    return `${JSON.stringify(Object.fromEntries(others.sort()))} ${value}`;
  });
}

function parsed(resource: string): readonly CustomResource[] {
  return parseCustomResourceState(
    `spec: {resources: [{groupVersionKind: {group: acme.io, version: v1, kind: Foo}, ${resource}}]}`,
    'crs.yaml',
  );
}

test('a gauge has a sample of a value, one per key of a mapping, and one per item of a list', () => {
  expect(samples('{type: Gauge, gauge: {path: [status, uptime]}}')).toEqual(['{} 43.21']);
  expect(samples('{type: gauge, gauge: {path: [status, active], labelFromKey: type}}')).toEqual([
    '{"type":"type-a"} 1',
    '{"type":"type-b"} 3',
  ]);
  expect(
    samples(
      '{type: Gauge, gauge: {path: [status, sub], labelFromKey: type, valueFrom: [ready], labelsFromPath: {zone: [zone]}}}',
    ),
  ).toEqual(['{"type":"type-a","zone":"z1"} 2']);
  expect(samples('{type: Gauge, gauge: {path: [spec, order], valueFrom: [value], labelsFromPath: {id: [id]}}}')).toEqual([
    '{"id":"1"} 1',
    '{"id":"3"} 0',
  ]);
});

test('a gauge of a mapping finds a path of a single key in the mapping itself, too', () => {
  const gauge = '{type: Gauge, gauge: {path: [status, sub, type-a], valueFrom: [active], labelsFromPath: {zone: [zone]}}}';
  expect(samples(gauge)).toEqual(['{"zone":"z1"} 1']);
});

test('a gauge without a value has a sample of 0 with nilIsZero, and none without it', () => {
  expect(samples('{type: Gauge, gauge: {path: [spec, paused], nilIsZero: true}}')).toEqual(['{} 0']);
  expect(samples('{type: Gauge, gauge: {path: [spec, missing], nilIsZero: true}}')).toEqual(['{} 0']);
  expect(samples('{type: Gauge, gauge: {path: [spec, paused]}}')).toEqual([]);
  expect(samples('{type: Gauge, gauge: {path: [status, phase]}}')).toEqual([]);
});

test('an info has a sample per item of a list, and per key of a mapping besides that of the mapping; none without labels', () => {
  expect(samples('{type: Info, info: {path: [status, conditions], labelsFromPath: {type: [type]}}}')).toEqual([
    '{"type":"Ready"} 1',
    '{"type":"Synced"} 1',
  ]);
  expect(samples('{type: Info, info: {path: [status, sub], labelFromKey: key, labelsFromPath: {zone: [zone]}}}')).toEqual([
    '{"key":"type-a","zone":"z1"} 1',
    '{"key":"type-b"} 1',
  ]);
  expect(samples('{type: Info, info: {labelsFromPath: {phase: [status, phase]}}}')).toEqual(['{"phase":"Active"} 1']);
  expect(samples('{type: Info, info: {path: [status, phase]}}')).toEqual([]);
});

test('a state set has a sample per state of its list, and none for a value that is not text', () => {
  const stateSet = (path: string) => `{type: StateSet, stateSet: {path: [${path}], labelName: phase, list: [Active, Failed]}}`;
  expect(samples(stateSet('status, phase'))).toEqual(['{"phase":"Active"} 1', '{"phase":"Failed"} 0']);
  expect(samples(stateSet('status, uptime'))).toEqual([]);
  expect(samples(stateSet('status, missing'))).toEqual([]);
});

test.each([
  ['an item of a list by a text', '[status, conditions, "[type=Ready]", lastTransitionTime]', '1714557600'],
  ['an item of a list by a number', '[spec, order, "[id=3]", value]', '0'],
  ['an item of a list by a boolean', '[spec, order, "[value=true]", id]', '1'],
  ['an index', '[spec, order, "1", id]', '3'],
  ['an index from the end', '[spec, order, "-2", id]', '1'],
])('a path selects %s', (_, path, value) => {
  expect(samples(`{type: Gauge, gauge: {path: ${path}}}`)).toEqual([`{} ${value}`]);
});

test('labels of the sample take precedence over those of the family, and these over those of the resource', () => {
  const customResources = parsed(`
    commonLabels: {a: resource, b: resource, c: resource}, labelsFromPath: {name: [metadata, name]},
    metrics: [{name: m, commonLabels: {b: family, c: family}, labelsFromPath: {name: [metadata, namespace]},
      each: {type: Gauge, gauge: {path: [spec], valueFrom: [replicas], labelsFromPath: {c: [ratio]}}}}]`);
  const [table] = customTables({ customResources }, []);
  const context = release('v2.20.0');

  expect(table?.families[0]?.samples(foo, context)).toEqual([
    {
      labels: {
        a: 'resource',
        b: 'family',
        c: '25%',
        name: 'a',
        customresource_group: 'acme.io',
        customresource_version: 'v1',
        customresource_kind: 'Foo',
      },
      value: 3,
    },
  ]);
  // Those that no family sets.
  expect(Object.keys(table?.labels(foo, context) ?? {}).sort()).toEqual([
    'a',
    'customresource_group',
    'customresource_kind',
    'customresource_version',
  ]);
});

test('a label with a star copies the keys of an object, with a prefix from 2.12 on', () => {
  const gauge = '{type: Gauge, gauge: {path: [spec, replicas]}}';
  const copied = '{"acme_io_tier":"gold","app":"foo"} 3';
  expect(samples(gauge, { around: 'labelsFromPath: {"*": [metadata, labels], app: [metadata, name]},' })).toEqual([copied]);
  const prefixed = 'labelsFromPath: {"label_*": [metadata, labels]},';
  expect(samples(gauge, { around: prefixed })).toEqual(['{"label_acme_io_tier":"gold","label_app":"x"} 3']);
  expect(samples(gauge, { around: prefixed, context: release('v2.11.0') })).toEqual([
    '{"label__":"map[acme.io/tier:gold app:x]"} 3',
  ]);
});

test.each([
  ['metricNamePrefix: acme,', 'acme_m'],
  ['metricNamePrefix: "",', 'm'],
  ['metricNamePrefix: null,', 'kube_customresource_m'],
  ['', 'kube_customresource_m'],
])('with the prefix {%s} the family m is %s', (prefix, name) => {
  const customResources = parsed(`${prefix} metrics: [{name: m, each: {type: Info, info: {}}}]`);
  expect(customTables({ customResources }, [])[0]?.families[0]?.name).toBe(name);
});

// The values are those of the exporter's toFloat64.
test.each<[unknown, number | undefined]>([
  [true, 1],
  ['True', 1],
  ['no', 0],
  ['Unknown', 0],
  ['2024-05-01T12:00:00.5+02:00', 1714557600],
  ['2024-02-30T00:00:00Z', undefined],
  ['1.5Gi', 1610612736],
  ['250m', 0.25],
  ['Mi', 0],
  ['25%', 0.25],
  ['5.5%', undefined],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
  ['0x1.8p1', 3],
  ['1_000', 1000],
  ['1__000', undefined],
  [' 5', undefined],
  ['', undefined],
  ['Active', undefined],
  [null, undefined],
  [[1], undefined],
])('%j as a number is %p', (value, expected) => {
  expect(numberOf(value, release('v2.20.0'))).toBe(expected);
});

test('the status Unknown is a number from 2.14 on, and an index out of range is a text before 2.20', () => {
  expect(numberOf('Unknown', release('v2.13.0'))).toBeUndefined();
  const info = '{type: Info, info: {labelsFromPath: {x: [spec, order, "5"]}}}';
  expect(samples(info, { context: release('v2.19.1') })).toEqual(['{"x":"list index out of range: 5"} 1']);
  expect(samples(info)).toEqual([]);
});

test('a label is a value as Go writes it', () => {
  expect(goText({ b: [1, null, 'x'], a: { c: true } })).toBe('map[a:map[c:true] b:[1 <nil> x]]');
  expect([1000000, 0.5, 1e-5, 1.5e300, 1e19].map(goText)).toEqual(['1000000', '0.5', '1e-05', '1.5e+300', '1e+19']);
});
