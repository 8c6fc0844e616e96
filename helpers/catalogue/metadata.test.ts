import { parseVersion } from '../version.ts';
import { created, deletionTimestamp, generation, namespaceAndName, ownerSamples, resourceVersion, unixTime } from './metadata.ts';
import { contextOf } from './table.ts';

function object(metadata: Record<string, unknown> = {}) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', ...metadata } };
}

test('creation and deletion timestamps are in seconds, and an object that is not being deleted has no sample', () => {
  const deleted = object({ creationTimestamp: '1970-01-02T00:00:00Z', deletionTimestamp: '1970-01-03T00:00:01Z' });

  expect(created(deleted)).toEqual([{ labels: {}, value: 86_400 }]);
  expect(deletionTimestamp(deleted)).toEqual([{ labels: {}, value: 172_801 }]);
  expect(deletionTimestamp(object())).toEqual([]);
});

test('an object without a generation has generation 0', () => {
  expect(generation(object({ generation: 7 }))).toEqual([{ labels: {}, value: 7 }]);
  expect(generation(object())).toEqual([{ labels: {}, value: 0 }]);
});

test('a resource version that is not a number has no sample', () => {
  expect(resourceVersion(object({ resourceVersion: '83512' }))).toEqual([{ labels: {}, value: 83_512 }]);
  expect(resourceVersion(object({ resourceVersion: 'opaque' }))).toEqual([]);
});

test('a cluster-wide object has an empty namespace', () => {
  expect(namespaceAndName('secret')(object({ namespace: 'shop' }))).toEqual({ namespace: 'shop', secret: 'token' });
  expect(namespaceAndName('secret')(object())).toEqual({ namespace: '', secret: 'token' });
});

const owned = (...ownerReferences: { kind: string; name: string; controller?: boolean }[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ownerReferences: ownerReferences.map((owner) => ({ apiVersion: 'v1', uid: 'u', ...owner })) },
});

test('an object without an owner has <none> before 2.8, and empty labels from 2.8 on', () => {
  const labels = (release: string) => ownerSamples(owned(), contextOf(parseVersion(release), {}))[0]?.labels;

  expect(labels('2.7.0')).toEqual({ owner_kind: '<none>', owner_name: '<none>', owner_is_controller: '<none>' });
  expect(labels('2.8.0')).toEqual({ owner_kind: '', owner_name: '', owner_is_controller: '' });
});

test('every owner has a sample, and is a controller only if it is marked as such', () => {
  const object = owned({ kind: 'ReplicaSet', name: 'r', controller: true }, { kind: 'Node', name: 'n' });

  expect(ownerSamples(object, contextOf(parseVersion('2.20.0'), {})).map(({ labels }) => labels)).toEqual([
    { owner_kind: 'ReplicaSet', owner_name: 'r', owner_is_controller: 'true' },
    { owner_kind: 'Node', owner_name: 'n', owner_is_controller: 'false' },
  ]);
});

test('a time is in whole seconds, and undefined without one', () => {
  expect(unixTime('2024-05-01T10:00:00Z')).toBe(1714557600);
  expect(unixTime('2024-05-01T12:00:00+02:00')).toBe(1714557600);
  expect(unixTime('2024-05-01T10:00:00.999999Z')).toBe(1714557600);
  expect(unixTime(undefined)).toBeUndefined();
  expect(unixTime(null)).toBeUndefined();
  expect(() => unixTime('yesterday')).toThrow('"yesterday" is not a time');
});
