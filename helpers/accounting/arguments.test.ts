import { UsageError } from '../errors.ts';
import { parseExporterArguments } from './arguments.ts';

test('without arguments everything is the default', () => {
  expect(parseExporterArguments([])).toEqual({});
  expect(parseExporterArguments(['--port=8080', '--telemetry-port', '8081', '-v=4'])).toEqual({});
});

test('a value follows an equals sign or is the next word', () => {
  const expected = { resources: new Set(['pods', 'nodes']) };

  expect(parseExporterArguments(['--resources=pods, nodes'])).toEqual(expected);
  expect(parseExporterArguments(['--resources', 'pods,nodes', '--enable-gzip-encoding'])).toEqual(expected);
  expect(parseExporterArguments(['--enable-gzip-encoding', '--resources=pods', '--resources=nodes'])).toEqual(expected);
});

test('namespaces keep their order, because the first one decides about headers', () => {
  const { namespaces, namespacesDenylist } = parseExporterArguments(['--namespaces=b,a', '--namespaces-denylist=c']);

  expect([...(namespaces ?? [])]).toEqual(['b', 'a']);
  expect(namespacesDenylist).toEqual(new Set(['c']));
});

test('patterns for families match anywhere in the name', () => {
  const { metricDenylist = [] } = parseExporterArguments(['--metric-denylist=_owner$,(?i)KUBE_SECRET']);

  expect(metricDenylist.some((pattern) => pattern.test('kube_pod_owner'))).toBe(true);
  expect(metricDenylist.some((pattern) => pattern.test('kube_secret_info'))).toBe(true);
  expect(metricDenylist.some((pattern) => pattern.test('kube_pod_info'))).toBe(false);
});

test('labels and annotations are allowed by resource, and the last list counts', () => {
  const options = parseExporterArguments([
    '--metric-labels-allowlist=pods=[gone]',
    '--metric-labels-allowlist=pods=[app, team],nodes=[*],jobs=[]',
    '--metric-annotations-allowlist=*=[a/b]',
  ]);

  expect(options.metricLabelsAllowlist).toEqual(
    new Map([
      ['pods', ['app', 'team']],
      ['nodes', ['*']],
      ['jobs', []],
    ]),
  );
  expect(options.metricAnnotationsAllowlist).toEqual(new Map([['*', ['a/b']]]));
});

test('an exporter of custom resources alone reads none of the tables', () => {
  expect(parseExporterArguments(['--custom-resource-state-only', '--resources=pods'])).toEqual({ resources: new Set() });
});

test.each([
  [['--metric-labels-allowlist=pods'], '--metric-labels-allowlist holds "pods"'],
  [['--metric-allowlist=a', '--metric-denylist=b'], 'exclude each other'],
  [['--metric-allowlist=kube_(pod'], '"kube_(pod", which is not a regular expression'],
  [['--total-shards=2', '--shard=1'], 'cannot follow --total-shards'],
  [['--node', 'worker-1'], 'cannot follow --node'],
])('%j is refused', (args, message) => {
  expect(() => parseExporterArguments(args)).toThrow(UsageError);
  expect(() => parseExporterArguments(args)).toThrow(message);
});

test('one shard of one is no sharding', () => {
  expect(parseExporterArguments(['--total-shards=1', '--shard=0'])).toEqual({});
});
