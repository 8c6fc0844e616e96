import type { Pod, Stored } from '../objects.ts';
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
