import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, namespaceAndName, noneLabel } from '../metadata.ts';
import { integerQuantity } from '../quantity.ts';
import {
  type Condition,
  type Context,
  conditionSamples,
  type Expected,
  fact,
  gauge,
  oneOf,
  type ResourceTable,
  value,
} from '../table.ts';

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

/** The storage class: the older annotation takes precedence over the field. Both can be empty for no class. */
function info({ metadata, spec }: PersistentVolumeClaim, context: Context): readonly Expected[] {
  return fact({
    storageclass: metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? noneLabel(context),
    volumename: spec?.volumeName ?? '',
    ...(context.since('2.10') && { volumemode: spec?.volumeMode ?? '' }),
  });
}

function requestedStorage({ spec }: PersistentVolumeClaim): readonly Expected[] {
  const storage = spec?.resources?.requests?.storage;
  return value(storage === undefined ? undefined : integerQuantity(storage));
}
