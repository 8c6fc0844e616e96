import type { KubernetesObject } from '../../kube/object.ts';
import type { Condition } from '../../kube/types.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName } from '../metadata.ts';
import { conditionSamples, gauge, type ResourceTable, value } from '../table.ts';

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly paused?: boolean;
    readonly strategy?: {
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
    };
  };
  readonly status?: {
    readonly replicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly unavailableReplicas?: number;
    readonly updatedReplicas?: number;
    readonly terminatingReplicas?: number;
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** The reasons in `kube_deployment_status_condition`; any other is `unknown`. */
const KNOWN_REASONS = new Set([
  'ReplicaSetUpdated',
  'ReplicaSetCreateError',
  'NewReplicaSetCreated',
  'FoundNewReplicaSet',
  'NewReplicaSetAvailable',
  'ProgressDeadlineExceeded',
  'DeploymentPaused',
  'DeploymentResumed',
  'MinimumReplicasAvailable',
  'MinimumReplicasUnavailable',
  '',
]);

export const deployments: ResourceTable<Deployment> = {
  resource: 'deployments',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'apps/v1', kind: 'Deployment' }),
  labels: namespaceAndName('deployment'),
  families: [
    gauge('kube_deployment_owner', { stability: 'ALPHA', since: '2.18' }, ({ metadata: { ownerReferences = [] } }) =>
      (ownerReferences.length > 0 ? ownerReferences : [{ kind: '', name: '' }]).map((owner) => ({
        labels: { owner_kind: owner.kind, owner_name: owner.name },
        value: 1,
      })),
    ),
    gauge('kube_deployment_created', { stability: 'STABLE' }, created),
    gauge('kube_deployment_status_replicas', { stability: 'STABLE' }, ({ status }) => value(status?.replicas ?? 0)),
    gauge('kube_deployment_status_replicas_ready', { stability: 'STABLE' }, ({ status }) => value(status?.readyReplicas ?? 0)),
    gauge('kube_deployment_status_replicas_available', { stability: 'STABLE' }, ({ status }) =>
      value(status?.availableReplicas ?? 0),
    ),
    gauge('kube_deployment_status_replicas_unavailable', { stability: 'STABLE' }, ({ status }) =>
      value(status?.unavailableReplicas ?? 0),
    ),
    gauge('kube_deployment_status_replicas_updated', { stability: 'STABLE' }, ({ status }) =>
      value(status?.updatedReplicas ?? 0),
    ),
    gauge('kube_deployment_status_terminating_replicas', { stability: 'ALPHA', since: '2.18' }, ({ status }) =>
      value(status?.terminatingReplicas),
    ),
    gauge('kube_deployment_status_observed_generation', { stability: 'STABLE' }, ({ status }) =>
      value(status?.observedGeneration ?? 0),
    ),
    gauge('kube_deployment_status_condition', { stability: 'STABLE' }, ({ status }, context) =>
      (status?.conditions ?? []).flatMap((condition) => {
        const reason = context.since('2.17') ? { reason: knownReason(condition.reason ?? '') } : {};
        return conditionSamples(condition.status, { ...reason, condition: condition.type }, 'status');
      }),
    ),
    gauge('kube_deployment_spec_replicas', { stability: 'STABLE' }, ({ spec }) => value(spec.replicas)),
    gauge('kube_deployment_spec_paused', { stability: 'STABLE' }, ({ spec }) => value(spec.paused ? 1 : 0)),
    gauge('kube_deployment_spec_strategy_rollingupdate_max_unavailable', { stability: 'STABLE' }, ({ spec }) =>
      value(numberOrPercentage(spec.strategy?.rollingUpdate?.maxUnavailable, spec.replicas, Math.floor)),
    ),
    gauge('kube_deployment_spec_strategy_rollingupdate_max_surge', { stability: 'STABLE' }, ({ spec }) =>
      value(numberOrPercentage(spec.strategy?.rollingUpdate?.maxSurge, spec.replicas, Math.ceil)),
    ),
    gauge('kube_deployment_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_deployment_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
    annotationsFamily('deployments', 'kube_deployment_annotations', { stability: 'ALPHA' }),
    labelsFamily('deployments', 'kube_deployment_labels', { stability: 'STABLE' }),
  ],
};

function knownReason(reason: string): string {
  return KNOWN_REASONS.has(reason) ? reason : 'unknown';
}

/** A number, or a percentage of the replicas (`25%`), rounded down for maxUnavailable and up for maxSurge like in the controller. */
function numberOrPercentage(
  limit: number | string | undefined,
  replicas: number | undefined,
  round: (number: number) => number,
): number | undefined {
  if (limit === undefined || replicas === undefined) return undefined;
  if (typeof limit === 'number') return limit;
  const percent = /^([+-]?\d+)%$/.exec(limit)?.[1];
  return percent === undefined ? undefined : round((Number(percent) * replicas) / 100);
}
