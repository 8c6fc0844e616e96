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

const configMap = { namespace: 'a', name: 'b' };

test('a change without effect produces no event and no new version', () => {
  const store = storeWith();
  const { version } = store;
  store.change<ConfigMap>('configmaps', configMap, () => undefined);
  expect(store.version).toBe(version);
  expect(store.eventsAfter(version)).toEqual([]);
});

test('an undefined field is no change, and a new field is one', () => {
  const store = storeWith();
  const { version } = store;
  store.change<ConfigMap>('configmaps', configMap, (draft) => Object.assign(draft, { data: undefined }));
  expect(store.version).toBe(version);
  store.change<ConfigMap>('configmaps', configMap, (draft) => {
    draft.data = {};
  });
  expect(store.version).toBe(version + 1);
});

test('an object with a finalizer is marked for deletion, and deleted when the finalizer is removed', () => {
  const store = storeWith({ finalizers: ['example.com/wait'] });
  store.remove('configmaps', configMap);
  expect(store.find('configmaps', configMap)?.metadata.deletionTimestamp).toBeDefined();
  store.change<ConfigMap>('configmaps', configMap, ({ metadata }) => {
    metadata.finalizers = [];
  });
  expect(store.find('configmaps', configMap)).toBeUndefined();
});

test('a watch from an old version gets all later events in order', () => {
  const store = storeWith();
  const { version } = store;
  store.change<ConfigMap>('configmaps', configMap, (draft) => {
    draft.data = { key: 'value' };
  });
  store.remove('configmaps', configMap);
  expect(store.eventsAfter(version)?.map(({ type }) => type)).toEqual(['MODIFIED', 'DELETED']);
});
