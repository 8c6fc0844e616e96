import { approximateQuantity } from '../../helpers/catalogue/quantity.ts';
import type { Claim, Volume } from '../objects.ts';
import type { Controller, World } from '../world.ts';

const VOLUMES = 'persistentvolumes';
const CLAIMS = 'persistentvolumeclaims';
const BOUND_BEFORE = 'pv.kubernetes.io/bind-completed';

/** Binds PersistentVolumes and PersistentVolumeClaims. */
export const volumes: Controller = {
  watches: [VOLUMES, CLAIMS],
  reconcile(world) {
    for (const claim of world.store.list<Claim>(CLAIMS)) reconcileClaim(world, claim);
    for (const volume of world.store.list<Volume>(VOLUMES)) {
      world.store.change<Volume>(VOLUMES, volume.metadata, (draft) => {
        draft.status = { ...draft.status, phase: phaseOf(world, draft) };
      });
    }
  },
};

function reconcileClaim({ store }: World, claim: Claim): void {
  const volume = store.list<Volume>(VOLUMES).find((candidate) => fits(candidate, claim));
  const wasBound = claim.spec.volumeName !== undefined && claim.metadata.annotations?.[BOUND_BEFORE] !== undefined;
  if (volume) {
    const { namespace = '', name, uid } = claim.metadata;
    store.change<Volume>(VOLUMES, volume.metadata, (draft) => {
      draft.spec.claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...draft.spec.claimRef, namespace, name, uid };
    });
  }
  store.change<Claim>(CLAIMS, claim.metadata, (draft) => {
    if (!volume) {
      draft.status = { phase: wasBound ? 'Lost' : 'Pending' };
      return;
    }
    const { accessModes = [], capacity = {} } = volume.spec;
    draft.spec.volumeName = volume.metadata.name;
    draft.metadata.annotations = { ...draft.metadata.annotations, [BOUND_BEFORE]: 'yes' };
    draft.status = { phase: 'Bound', accessModes, capacity };
  });
}

/** Whether a volume can be bound to a claim: named by it, or of its class, large enough and not bound to another claim. */
function fits({ metadata, spec }: Volume, claim: Claim): boolean {
  const { claimRef } = spec;
  const isReserved = claimRef && claimRef.namespace === claim.metadata.namespace && claimRef.name === claim.metadata.name;
  if (claimRef && !(isReserved && (claimRef.uid === undefined || claimRef.uid === claim.metadata.uid))) return false;
  if (claim.spec.volumeName !== undefined) return claim.spec.volumeName === metadata.name;
  const size = approximateQuantity(claim.spec.resources?.requests?.storage ?? '0');
  return (
    (spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    approximateQuantity(spec.capacity?.storage ?? '0') >= size &&
    (claim.spec.accessModes ?? []).every((mode) => spec.accessModes?.includes(mode))
  );
}

function phaseOf({ store }: World, { spec }: Volume): string {
  const { claimRef } = spec;
  if (claimRef?.uid === undefined) return 'Available';
  const claim = store.find<Claim>(CLAIMS, { namespace: claimRef.namespace, name: claimRef.name ?? '' });
  return claim?.metadata.uid === claimRef.uid ? 'Bound' : 'Released';
}
