import { parseVersion } from '../version.ts';
import { annotationsFamily, EVERY_KEY, labelsFamily, sanitizedLabels } from './labels.ts';
import type { ExporterOptions } from './options.ts';
import { type Context, contextOf } from './table.ts';

const release = (version: string, options: ExporterOptions = {}): Context => contextOf(parseVersion(version), options);

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'p',
    labels: { app: 'a', 'app.kubernetes.io/name': 'b', teamName: 'c' },
    annotations: { 'example.com/foo-bar': 'd' },
  },
};
const labels = labelsFamily('pods', 'kube_pod_labels', { stability: 'STABLE' });
const annotations = annotationsFamily('pods', 'kube_pod_annotations', { stability: 'ALPHA' });

test('keys become snake case, with the prefix of what they were', () => {
  expect(sanitizedLabels('label', pod.metadata.labels, EVERY_KEY, release('2.5.0'))).toEqual({
    label_app: 'a',
    label_app_kubernetes_io_name: 'b',
    label_team_name: 'c',
  });
});

test('only what the allowlist names is taken over, and nothing without one', () => {
  expect(sanitizedLabels('label', pod.metadata.labels, ['app', 'absent'], release('2.5.0'))).toEqual({ label_app: 'a' });
  expect(sanitizedLabels('label', pod.metadata.labels, undefined, release('2.5.0'))).toEqual({});
});

test('keys that become the same name are numbered in the order of the keys', () => {
  const keys = { 'a.b': '1', a_b: '2', 'a/b': '3', aB: '4', c: '5' };

  expect(sanitizedLabels('label', keys, EVERY_KEY, release('2.5.0'))).toEqual({
    label_a_b_conflict1: '1',
    label_a_b_conflict2: '3',
    label_a_b_conflict3: '4',
    label_a_b_conflict4: '2',
    label_c: '5',
  });
});

test('from 2.20 on a number that another key already stands for is passed over', () => {
  const keys = { 'a.b': '1', 'a.b.conflict1': 'taken', a_b: '2' };

  expect(sanitizedLabels('label', keys, EVERY_KEY, release('2.20.0'))).toEqual({
    label_a_b_conflict1: 'taken',
    label_a_b_conflict2: '1',
    label_a_b_conflict3: '2',
  });
});

test('without an allowlist there is a bare series before 2.10, and none from then on', () => {
  expect(labels.samples(pod, release('2.9.2'))).toEqual([{ labels: {}, value: 1 }]);
  expect(labels.samples(pod, release('2.10.0'))).toEqual([]);
  expect(annotations.samples(pod, release('2.10.0'))).toEqual([]);
});

test('an allowlist is for the resource that it names', () => {
  const options = { metricLabelsAllowlist: new Map([['nodes', ['app']]]) };

  expect(labels.samples(pod, release('2.20.0', options))).toEqual([]);
  expect(labels.samples(pod, release('2.20.0', { metricLabelsAllowlist: new Map([['pods', ['app']]]) }))).toEqual([
    { labels: { label_app: 'a' }, value: 1 },
  ]);
});

test('an allowlist for every resource is known from 2.7 on, for annotations from 2.11 on', () => {
  const every = new Map([['*', ['*']]]);
  const options = { metricLabelsAllowlist: every, metricAnnotationsAllowlist: every };
  const bare = [{ labels: {}, value: 1 }];

  expect(labels.samples(pod, release('2.6.0', options))).toEqual(bare);
  expect(labels.samples(pod, release('2.7.0', options))[0]?.labels).toHaveProperty('label_app', 'a');
  expect(annotations.samples(pod, release('2.9.0', options))).toEqual(bare);
  expect(annotations.samples(pod, release('2.11.0', options))[0]?.labels).toEqual({ annotation_example_com_foo_bar: 'd' });
});

test('an asterisk within a key is a pattern from 2.20 on, and alone it counts only as the first entry', () => {
  const partial = ['app.kubernetes.io/*'];

  expect(sanitizedLabels('label', pod.metadata.labels, partial, release('2.19.0'))).toEqual({});
  expect(sanitizedLabels('label', pod.metadata.labels, partial, release('2.20.0'))).toEqual({
    label_app_kubernetes_io_name: 'b',
  });
  expect(sanitizedLabels('label', pod.metadata.labels, ['app', '*'], release('2.20.0'))).toEqual({ label_app: 'a' });
});
