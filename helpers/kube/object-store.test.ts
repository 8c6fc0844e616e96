import { type KubernetesObject, lastApplied, withoutBookkeeping } from './object.ts';
import { ObjectStore } from './object-store.ts';

const pod = (name: string, metadata: Partial<KubernetesObject['metadata']> = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { namespace: 'a', name, uid: `uid-${name}`, resourceVersion: '1', ...metadata },
});

/** More than are packed together, with some left over. */
const pods = Array.from({ length: 1100 }, (_, index) => pod(`pod-${index}`, { labels: { text: `ü"${index}` } }));

function storeOf(objects: readonly KubernetesObject[]): ObjectStore {
  const store = new ObjectStore();
  for (const object of objects) store.add(object);
  return store;
}

test('packed objects are those that were added, in their order, as often as they are read', () => {
  const node: KubernetesObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } };
  const store = storeOf([...pods, node]);

  expect([...store.ofKind('/Pod')]).toEqual(pods);
  expect([...store.ofKind('/Pod')]).toEqual(pods);
  expect([...store.ofKind('/Node')]).toEqual([node]);
  expect([...store.ofKind('/Service')]).toEqual([]);
  expect([...store]).toHaveLength(1101);
  expect(store.size).toBe(1101);
});

test('an object that is added again replaces the earlier one, and not one of another group', () => {
  const again = [pod('pod-3', { uid: 'another' }), { ...pod('pod-4'), apiVersion: 'other/v1' }];
  const store = storeOf([...pods, ...again]);

  expect(store.size).toBe(1100 + 1);
  expect([...store.ofKind('/Pod')].filter(({ metadata }) => metadata.name === 'pod-3')).toEqual([again[0]]);
});

test('objects are selected by their version and name, and a store of objects in memory is the same', () => {
  for (const store of [storeOf(pods), ObjectStore.of(pods)]) {
    const selected = store.ofKind('/Pod', ({ uid }, name) => uid === 'uid-pod-777' || name === 'a/pod-1099');
    expect([...selected]).toEqual([pods[777], pods[1099]]);
    expect([...store.select(({ uid }) => uid === 'uid-pod-0')]).toEqual([pods[0]]);
    expect(store.versionOf('/Pod', 'a/pod-5')).toMatchObject({ uid: 'uid-pod-5', version: '1' });
    expect(store.versionOf('/Pod', 'b/pod-5')).toBeUndefined();
  }
});

test('the version of an object without a resourceVersion follows its content', () => {
  const { resourceVersion: _, ...metadata } = pod('p').metadata;
  const versionOf = (labels: Record<string, string>) =>
    storeOf([{ ...pod('p'), metadata: { ...metadata, labels } }]).versionOf('/Pod', 'a/p')?.version;

  expect(versionOf({ app: 'a' })).toBe(versionOf({ app: 'a' }));
  expect(versionOf({ app: 'a' })).not.toBe(versionOf({ app: 'b' }));
});

test('the objects of a kind can be dropped, for a list that is read again', () => {
  const store = storeOf(pods);
  store.clear('/Pod');
  store.add(pod('p'));

  expect([...store].map(({ metadata }) => metadata.name)).toEqual(['p']);
});

const planted = { name: 'planted', labels: { app: 'a' } };
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: planted, data: { key: 'value' } };

test('managed fields and the last applied configuration are removed, and nothing else', () => {
  const noted = {
    ...configMap,
    metadata: {
      ...planted,
      managedFields: [{ manager: 'kubectl' }],
      annotations: { [lastApplied]: '{"data":{}}', kept: 'yes' },
    },
  };
  expect(withoutBookkeeping(noted)).toEqual({ ...configMap, metadata: { ...planted, annotations: { kept: 'yes' } } });
});

test('an object without them is unchanged', () => {
  expect(withoutBookkeeping(configMap)).toEqual(configMap);
});
