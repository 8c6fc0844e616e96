import type { KubernetesObject } from '../../kube/object.ts';
import { atLeast } from '../../version.ts';
import { type Metric, metricSamples } from '../autoscaler-metrics.ts';
import { type Condition, conditionSamples } from '../conditions.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName } from '../metadata.ts';
import { approximateQuantity } from '../quantity.ts';
import { fact, gauge, type ResourceTable, value } from '../table.ts';

/** Of `autoscaling/v2`, or of `v2beta2`, which has the same fields. */
export interface HorizontalPodAutoscaler extends KubernetesObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion?: string; readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly Metric[];
    readonly behavior?: {
      readonly scaleUp?: { readonly tolerance?: string };
      readonly scaleDown?: { readonly tolerance?: string };
    };
  };
  readonly status?: {
    readonly currentReplicas?: number;
    readonly desiredReplicas?: number;
    readonly currentMetrics?: readonly Metric[] | null;
    readonly conditions?: readonly Condition[] | null;
  };
}

export const horizontalPodAutoscalers: ResourceTable<HorizontalPodAutoscaler> = {
  resource: 'horizontalpodautoscalers',
  namespaced: true,
  isDefault: () => true,
  reads: (exporter) => ({
    apiVersion: atLeast(exporter, '2.7') ? 'autoscaling/v2' : 'autoscaling/v2beta2',
    kind: 'HorizontalPodAutoscaler',
  }),
  labels: namespaceAndName('horizontalpodautoscaler'),
  families: [
    gauge('kube_horizontalpodautoscaler_info', { stability: 'ALPHA' }, ({ spec: { scaleTargetRef: target } }) =>
      fact({
        ...(target.apiVersion ? { scaletargetref_api_version: target.apiVersion } : {}),
        scaletargetref_kind: target.kind,
        scaletargetref_name: target.name,
      }),
    ),
    gauge('kube_horizontalpodautoscaler_metadata_generation', { stability: 'STABLE' }, generation),
    gauge('kube_horizontalpodautoscaler_spec_max_replicas', { stability: 'STABLE' }, ({ spec }) => value(spec.maxReplicas)),
    gauge('kube_horizontalpodautoscaler_spec_min_replicas', { stability: 'STABLE' }, ({ spec }, context) =>
      value(spec.minReplicas ?? (context.since('2.20') ? 1 : undefined)),
    ),
    gauge('kube_horizontalpodautoscaler_spec_target_metric', { stability: 'ALPHA' }, ({ spec }, context) =>
      metricSamples(spec.metrics, context),
    ),
    gauge('kube_horizontalpodautoscaler_spec_behavior_scale_down_tolerance', { stability: 'ALPHA', since: '2.20' }, ({ spec }) =>
      tolerance(spec.behavior?.scaleDown?.tolerance),
    ),
    gauge('kube_horizontalpodautoscaler_spec_behavior_scale_up_tolerance', { stability: 'ALPHA', since: '2.20' }, ({ spec }) =>
      tolerance(spec.behavior?.scaleUp?.tolerance),
    ),
    gauge('kube_horizontalpodautoscaler_status_target_metric', { stability: 'STABLE', since: '2.6' }, ({ status }, context) =>
      metricSamples(status?.currentMetrics, context),
    ),
    gauge('kube_horizontalpodautoscaler_status_current_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.currentReplicas ?? 0),
    ),
    gauge('kube_horizontalpodautoscaler_status_desired_replicas', { stability: 'STABLE' }, ({ status }) =>
      value(status?.desiredReplicas ?? 0),
    ),
    annotationsFamily('horizontalpodautoscalers', 'kube_horizontalpodautoscaler_annotations', { stability: 'ALPHA' }),
    labelsFamily('horizontalpodautoscalers', 'kube_horizontalpodautoscaler_labels', { stability: 'STABLE' }),
    gauge('kube_horizontalpodautoscaler_status_condition', { stability: 'STABLE' }, ({ status }) =>
      (status?.conditions ?? []).flatMap((each) => conditionSamples(each.status, { condition: each.type }, 'status')),
    ),
    gauge('kube_horizontalpodautoscaler_created', { stability: 'ALPHA', since: '2.17' }, created),
    gauge('kube_horizontalpodautoscaler_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
  ],
};

function tolerance(text: string | undefined) {
  return value(text === undefined ? undefined : approximateQuantity(text));
}
