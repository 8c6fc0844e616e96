import { UsageError } from '../errors.ts';
import { parseVersion } from '../version.ts';
import { parseExporterArguments } from './arguments.ts';
import { withoutExposingFlags } from './flags.ts';

test('no arguments that matter give no options', () => {
  expect(parseExporterArguments([])).toEqual({});
  expect(parseExporterArguments(['--port=8080', '--telemetry-port', '8081', '-v=4'])).toEqual({});
});

test('a value follows an equals sign or is the next argument', () => {
  const expected = { resources: new Set(['pods', 'nodes']) };

  expect(parseExporterArguments(['--resources=pods, nodes'])).toEqual(expected);
  expect(parseExporterArguments(['--resources', 'pods,nodes', '--enable-gzip-encoding'])).toEqual(expected);
  expect(parseExporterArguments(['--enable-gzip-encoding', '--resources=pods', '--resources=nodes'])).toEqual(expected);
});

test('namespaces keep their order, as the headers depend on the first namespace', () => {
  const { namespaces, namespacesDenylist } = parseExporterArguments(['--namespaces=b,a', '--namespaces-denylist=c']);

  expect([...(namespaces ?? [])]).toEqual(['b', 'a']);
  expect(namespacesDenylist).toEqual(new Set(['c']));
});

test.each([
  ['_owner$', 'kube_pod_owner', true, true],
  ['(?i)KUBE_SECRET', 'kube_secret_info', true, true],
  ['_owner$', 'kube_pod_info', false, false],
  ['kube_(?i:POD)_info', 'kube_pod_info', true, false],
  ['kube_(?!pod)', 'kube_node_info', false, true],
])('the pattern %s finds itself anywhere in %s: %s as RE2 before 2.16, %s as ECMAScript', (pattern, family, before, from) => {
  const { metricDenylist = [] } = parseExporterArguments([`--metric-denylist=${pattern}`]);
  const isFound = (exporter: string) => metricDenylist.some((denied) => denied.test(family, parseVersion(exporter)));

  expect([isFound('v2.15.0'), isFound('v2.16.0')]).toEqual([before, from]);
});

test('label and annotation allowlists are by resource, and the last value applies', () => {
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

test('an exporter with --custom-resource-state-only exposes none of the resources', () => {
  expect(parseExporterArguments(['--custom-resource-state-only', '--resources=pods'])).toEqual({ resources: new Set() });
});

test.each([
  [['--metric-labels-allowlist=pods'], '--metric-labels-allowlist contains "pods"'],
  [['--metric-allowlist=a', '--metric-denylist=b'], 'exclude each other'],
  [['--metric-allowlist=kube_(pod'], '"kube_(pod", which is not a regular expression'],
  [['--pod=ksm-0', '--pod-namespace=monitoring'], '--pod is not supported'],
  [['--config=/etc/config.yaml'], '--config is not supported'],
  [['--total-shards=2', '--shard=2'], '--shard is 2, but --total-shards is 2'],
  [['--shard=1'], '--shard is 1, but --total-shards is 1'],
  [['--total-shards=many'], '--total-shards is "many": expected a number'],
  [['--object-limit=-1'], '--object-limit is "-1": expected a number'],
  [['--node', 'worker-1'], '--node selects pods: expected --resources=pods'],
  [['--resources=pods,nodes', '--track-unscheduled-pods'], '--track-unscheduled-pods selects pods'],
  [['--resources=pods', '--node=a', '--track-unscheduled-pods'], 'exclude each other'],
])('%j is a usage error', (args, message) => {
  expect(() => parseExporterArguments(args)).toThrow(UsageError);
  expect(() => parseExporterArguments(args)).toThrow(message);
});

test('a single shard is the default, and one of several is an option', () => {
  expect(parseExporterArguments(['--total-shards=1', '--shard=0'])).toEqual({});
  expect(parseExporterArguments(['--total-shards=3', '--shard=2'])).toEqual({ shard: { ordinal: 2, total: 3 } });
  expect(parseExporterArguments(['--total-shards=3'])).toEqual({ shard: { ordinal: 0, total: 3 } });
});

test('pods are selected by their node, or by having none', () => {
  const resources = new Set(['pods']);

  expect(parseExporterArguments(['--resources=pods', '--node=worker-1'])).toEqual({ resources, node: 'worker-1' });
  expect(parseExporterArguments(['--resources=pods', '--track-unscheduled-pods'])).toEqual({ resources, unscheduledPods: true });
  expect(parseExporterArguments(['--node=', '--track-unscheduled-pods=false'])).toEqual({});
});

test('an object limit of 0 is none', () => {
  expect(parseExporterArguments(['--object-limit=0'])).toEqual({});
  expect(parseExporterArguments(['--object-limit', '100'])).toEqual({ objectLimit: 100 });
});

test('what decides what is exposed can be removed from the arguments, with its values', () => {
  const args = ['--port', '9090', '--resources', 'pods,nodes', '--use-apiserver-cache', '--namespaces=a', '-v=4', '--host=::'];

  expect(withoutExposingFlags(args)).toEqual(['--port', '9090', '-v=4', '--host=::']);
});
