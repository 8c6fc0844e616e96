import { Clock } from './clock.ts';
import type { Stored } from './objects.ts';
import { Store } from './store.ts';

type ConfigMap = Stored & { data?: Record<string, string> };

function storeWith(metadata: Partial<Stored['metadata']> = {}): Store {
  const store = new Store(new Clock(1));
  store.create<ConfigMap>('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'a', name: 'b', ...metadata },
  });
  return store;
}

const place = { namespace: 'a', name: 'b' };

test('a change that changes nothing is no event and no new version', () => {
  const store = storeWith();
  const { version } = store;
  store.change<ConfigMap>('configmaps', place, () => undefined);
  expect(store.version).toBe(version);
  expect(store.eventsAfter(version)).toEqual([]);
});

test('an object with a finalizer is only marked, and goes when the finalizer goes', () => {
  const store = storeWith({ finalizers: ['example.com/wait'] });
  store.remove('configmaps', place);
  expect(store.find('configmaps', place)?.metadata.deletionTimestamp).toBeDefined();
  store.change<ConfigMap>('configmaps', place, ({ metadata }) => {
    metadata.finalizers = [];
  });
  expect(store.find('configmaps', place)).toBeUndefined();
});

test('a watch from an old version is told everything since, in its order', () => {
  const store = storeWith();
  const { version } = store;
  store.change<ConfigMap>('configmaps', place, (draft) => {
    draft.data = { key: 'value' };
  });
  store.remove('configmaps', place);
  expect(store.eventsAfter(version)?.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
});
