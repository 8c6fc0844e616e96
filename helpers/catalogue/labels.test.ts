import { parseVersion } from '../version.ts';
import type { ExporterOptions } from './arguments.ts';
import { annotationsFamily, EVERY_KEY, labelsFamily, sanitizedLabels } from './labels.ts';
import { type Context, conditionSamples, contextOf } from './table.ts';

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

test('keys become snake case with a prefix', () => {
  expect(sanitizedLabels('label', pod.metadata.labels, EVERY_KEY, release('2.5.0'))).toEqual({
    label_app: 'a',
    label_app_kubernetes_io_name: 'b',
    label_team_name: 'c',
  });
});

test('only allowed keys become labels, and none without an allowlist', () => {
  expect(sanitizedLabels('label', pod.metadata.labels, ['app', 'absent'], release('2.5.0'))).toEqual({ label_app: 'a' });
  expect(sanitizedLabels('label', pod.metadata.labels, undefined, release('2.5.0'))).toEqual({});
});

test('keys with the same sanitized name are numbered in their order', () => {
  const keys = { 'a.b': '1', a_b: '2', 'a/b': '3', aB: '4', c: '5' };

  expect(sanitizedLabels('label', keys, EVERY_KEY, release('2.5.0'))).toEqual({
    label_a_b_conflict1: '1',
    label_a_b_conflict2: '3',
    label_a_b_conflict3: '4',
    label_a_b_conflict4: '2',
    label_c: '5',
  });
});

test('from 2.20 on a number is skipped if another key already has the numbered name', () => {
  const keys = { 'a.b': '1', 'a.b.conflict1': 'taken', a_b: '2' };

  expect(sanitizedLabels('label', keys, EVERY_KEY, release('2.20.0'))).toEqual({
    label_a_b_conflict1: 'taken',
    label_a_b_conflict2: '1',
    label_a_b_conflict3: '2',
  });
});

test('without an allowlist there is a series without labels before 2.10, and none from 2.10 on', () => {
  expect(labels.samples(pod, release('2.9.2'))).toEqual([{ labels: {}, value: 1 }]);
  expect(labels.samples(pod, release('2.10.0'))).toEqual([]);
  expect(annotations.samples(pod, release('2.10.0'))).toEqual([]);
});

test('an allowlist applies to its resource only', () => {
  const options = { metricLabelsAllowlist: new Map([['nodes', ['app']]]) };

  expect(labels.samples(pod, release('2.20.0', options))).toEqual([]);
  expect(labels.samples(pod, release('2.20.0', { metricLabelsAllowlist: new Map([['pods', ['app']]]) }))).toEqual([
    { labels: { label_app: 'a' }, value: 1 },
  ]);
});

test('an allowlist for all resources is supported from 2.7 on, for annotations from 2.11 on', () => {
  const every = new Map([['*', ['*']]]);
  const options = { metricLabelsAllowlist: every, metricAnnotationsAllowlist: every };
  const bare = [{ labels: {}, value: 1 }];

  expect(labels.samples(pod, release('2.6.0', options))).toEqual(bare);
  expect(labels.samples(pod, release('2.7.0', options))[0]?.labels).toHaveProperty('label_app', 'a');
  expect(annotations.samples(pod, release('2.9.0', options))).toEqual(bare);
  expect(annotations.samples(pod, release('2.11.0', options))[0]?.labels).toEqual({ annotation_example_com_foo_bar: 'd' });
});

test('an asterisk within a key is a wildcard from 2.20 on, and * allows all keys only as the first entry', () => {
  const partial = ['app.kubernetes.io/*'];

  expect(sanitizedLabels('label', pod.metadata.labels, partial, release('2.19.0'))).toEqual({});
  expect(sanitizedLabels('label', pod.metadata.labels, partial, release('2.20.0'))).toEqual({
    label_app_kubernetes_io_name: 'b',
  });
  expect(sanitizedLabels('label', pod.metadata.labels, ['app', '*'], release('2.20.0'))).toEqual({ label_app: 'a' });
});

test('a condition has three samples, 1 for its status', () => {
  expect(conditionSamples('False', { condition: 'Ready' }, 'status')).toEqual([
    { labels: { condition: 'Ready', status: 'true' }, value: 0 },
    { labels: { condition: 'Ready', status: 'false' }, value: 1 },
    { labels: { condition: 'Ready', status: 'unknown' }, value: 0 },
  ]);
  expect(conditionSamples(undefined, {}, 'status').map(({ value }) => value)).toEqual([0, 0, 0]);
});
