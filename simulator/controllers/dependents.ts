import type { Namespace, Pod, ServiceAccount, Stored } from '../objects.ts';
import type { Controller, World } from '../world.ts';

/** Deletes objects whose owners no longer exist. */
export const garbageCollector: Controller = {
  watches: [],
  deletions: true,
  timed: true,
  reconcile(world) {
    const uids = new Set<string>();
    const owned: { readonly resource: string; readonly object: Stored }[] = [];
    for (const resource of world.store.resources()) {
      for (const object of world.store.list(resource)) {
        uids.add(object.metadata.uid);
        if (object.metadata.ownerReferences?.length && object.metadata.deletionTimestamp === undefined)
          owned.push({ resource, object });
      }
    }
    for (const { resource, object } of owned) {
      if (object.metadata.ownerReferences?.some(({ uid }) => uids.has(uid))) continue;
      remove(world, resource, object);
    }
  },
};

function remove(world: World, resource: string, object: Stored): void {
  if (resource === 'pods') world.deletePod(object as Pod);
  else world.store.remove(resource, object.metadata);
}

/** Creates the default ServiceAccount and the CA ConfigMap of a namespace, and empties a deleted one. */
export function namespaces(authority: string): Controller {
  return {
    watches: ['namespaces', 'pods', 'serviceaccounts', 'configmaps'],
    reconcile(world) {
      for (const namespace of world.store.list<Namespace>('namespaces')) {
        if (namespace.metadata.deletionTimestamp === undefined) furnish(world, namespace.metadata.name, authority);
        else empty(world, namespace);
      }
    },
  };
}

function furnish(world: World, namespace: string, authority: string): void {
  const object = (name: string) => ({ apiVersion: 'v1', metadata: { namespace, name } });
  world.make<ServiceAccount>('serviceaccounts', { ...object('default'), kind: 'ServiceAccount' });
  world.make<Stored>('configmaps', { ...object('kube-root-ca.crt'), kind: 'ConfigMap', data: { 'ca.crt': authority } });
}

function empty(world: World, { metadata }: Namespace): void {
  const { store } = world;
  let remaining = 0;
  for (const resource of store.resources()) {
    for (const object of store.list(resource, metadata.name)) {
      if (object.metadata.namespace === undefined) continue;
      remaining += 1;
      if (object.metadata.deletionTimestamp !== undefined) continue;
      if (resource === 'pods') world.deletePod(object as Pod, 1);
      else store.remove(resource, object.metadata);
    }
  }
  if (remaining === 0) store.remove('namespaces', { name: metadata.name });
}
