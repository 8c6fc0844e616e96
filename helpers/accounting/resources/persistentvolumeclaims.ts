import type { KubernetesObject } from '../../kube/object.ts';
import { type Condition, conditionSamples } from '../conditions.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName } from '../metadata.ts';
import { absent } from '../owner.ts';
import { integerQuantity } from '../quantity.ts';
import { type Context, type Expected, fact, gauge, oneOf, type ResourceTable, value } from '../table.ts';

export interface PersistentVolumeClaim extends KubernetesObject {
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
  };
}

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class';

export const persistentVolumeClaims: ResourceTable<PersistentVolumeClaim> = {
  resource: 'persistentvolumeclaims',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }),
  labels: namespaceAndName('persistentvolumeclaim'),
  families: [
    labelsFamily('persistentvolumeclaims', 'kube_persistentvolumeclaim_labels', { stability: 'STABLE' }),
    annotationsFamily('persistentvolumeclaims', 'kube_persistentvolumeclaim_annotations', { stability: 'ALPHA' }),
    gauge('kube_persistentvolumeclaim_info', { stability: 'STABLE' }, info),
    gauge('kube_persistentvolumeclaim_status_phase', { stability: 'STABLE' }, ({ status }: PersistentVolumeClaim) =>
      status?.phase ? oneOf('phase', ['Lost', 'Bound', 'Pending'], status.phase) : [],
    ),
    gauge('kube_persistentvolumeclaim_resource_requests_storage_bytes', { stability: 'STABLE' }, requestedStorage),
    gauge('kube_persistentvolumeclaim_access_mode', { stability: 'STABLE' }, ({ spec }: PersistentVolumeClaim) =>
      (spec?.accessModes ?? []).flatMap((mode) => fact({ access_mode: mode })),
    ),
    gauge('kube_persistentvolumeclaim_status_condition', { stability: 'ALPHA' }, (claim: PersistentVolumeClaim) =>
      (claim.status?.conditions ?? []).flatMap(({ type, status }) => conditionSamples(status, { condition: type }, 'status')),
    ),
    gauge('kube_persistentvolumeclaim_created', { stability: 'ALPHA' }, created),
    gauge('kube_persistentvolumeclaim_deletion_timestamp', { stability: 'ALPHA', since: '2.10' }, deletionTimestamp),
  ],
};

/** The class of the annotation that preceded the field goes before the field; either may be empty, which asks for none. */
function info({ metadata, spec }: PersistentVolumeClaim, context: Context): readonly Expected[] {
  return fact({
    storageclass: metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? absent(context),
    volumename: spec?.volumeName ?? '',
    ...(context.since('2.10') && { volumemode: spec?.volumeMode ?? '' }),
  });
}

function requestedStorage({ spec }: PersistentVolumeClaim): readonly Expected[] {
  const storage = spec?.resources?.requests?.storage;
  return value(storage === undefined ? undefined : integerQuantity(storage));
}
