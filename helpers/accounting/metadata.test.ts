import { created, deletionTimestamp, generation, namespaceAndName, resourceVersion } from './metadata.ts';

function object(metadata: Record<string, unknown> = {}) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', ...metadata } };
}

test('the times of creation and deletion are seconds, and what has not happened has no sample', () => {
  const deleted = object({ creationTimestamp: '1970-01-02T00:00:00Z', deletionTimestamp: '1970-01-03T00:00:01Z' });

  expect(created(deleted)).toEqual([{ labels: {}, value: 86_400 }]);
  expect(deletionTimestamp(deleted)).toEqual([{ labels: {}, value: 172_801 }]);
  expect(deletionTimestamp(object())).toEqual([]);
});

test('an object whose generation the API server does not count has generation 0', () => {
  expect(generation(object({ generation: 7 }))).toEqual([{ labels: {}, value: 7 }]);
  expect(generation(object())).toEqual([{ labels: {}, value: 0 }]);
});

test('a resource version that is not a number has no sample', () => {
  expect(resourceVersion(object({ resourceVersion: '83512' }))).toEqual([{ labels: {}, value: 83_512 }]);
  expect(resourceVersion(object({ resourceVersion: 'opaque' }))).toEqual([]);
});

test('an object of the cluster has an empty namespace', () => {
  expect(namespaceAndName('secret')(object({ namespace: 'shop' }))).toEqual({ namespace: 'shop', secret: 'token' });
  expect(namespaceAndName('secret')(object())).toEqual({ namespace: '', secret: 'token' });
});
