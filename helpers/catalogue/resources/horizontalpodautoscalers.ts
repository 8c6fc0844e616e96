import type { KubernetesObject } from '../../kube/object.ts';
import type { Condition } from '../../kube/types.ts';
import { atLeast } from '../../version.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp, generation, namespaceAndName } from '../metadata.ts';
import { approximateQuantity, quantity } from '../quantity.ts';
import { type Context, conditionSamples, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

/** The target or the current value of a metric. */
interface MetricValue {
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Source {
  readonly metric?: { readonly name: string };
  readonly name?: string;
  readonly container?: string;
  /** In `spec.metrics`. */
  readonly target?: MetricValue;
  /** In `status.currentMetrics`. */
  readonly current?: MetricValue;
}

/** An entry of `spec.metrics` or of `status.currentMetrics`; there the type is empty if the metric could not be read. */
interface Metric {
  readonly type: string;
  readonly object?: Source;
  readonly pods?: Source;
  readonly resource?: Source;
  readonly containerResource?: Source;
  readonly external?: Source;
}

/** An object of `autoscaling/v2` or `v2beta2`, which have the same fields. */
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

const FIELDS = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
} as const;

/** The values that releases before 2.7 expose, by type; they skip container resources. */
const BEFORE_2_7: Readonly<Record<string, readonly (keyof MetricValue)[]>> = {
  Object: ['value', 'averageValue'],
  Pods: ['averageValue'],
  Resource: ['averageUtilization', 'averageValue'],
  External: ['value', 'averageValue'],
};

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
      (status?.conditions ?? []).flatMap(({ status, type }) => conditionSamples(status, { condition: type }, 'status')),
    ),
    gauge('kube_horizontalpodautoscaler_created', { stability: 'ALPHA', since: '2.17' }, created),
    gauge('kube_horizontalpodautoscaler_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
  ],
};

function tolerance(text: string | undefined) {
  return value(text === undefined ? undefined : approximateQuantity(text));
}

/**
 * A sample per value of the metrics. Duplicate series: before 2.19, without the label for the container, the same resource of
 * two containers; in all releases, external metrics that differ only in their selector.
 */
function metricSamples(metrics: readonly Metric[] | null | undefined, context: Context): readonly Expected[] {
  return (metrics ?? []).flatMap((metric) => {
    const source = isKnown(metric.type) ? metric[FIELDS[metric.type]] : undefined;
    if (source === undefined) return [];
    const container = context.since('2.19') ? { container: source.container ?? '' } : {};
    const exposed = context.since('2.7') ? undefined : (BEFORE_2_7[metric.type] ?? []);
    return valuesOf(source.target ?? source.current ?? {}, context)
      .filter(({ field }) => exposed?.includes(field) ?? true)
      .map(({ type, value }) => ({
        labels: { metric_name: source.metric?.name ?? source.name ?? '', metric_target_type: type, ...container },
        value,
      }));
  });
}

function isKnown(type: string): type is keyof typeof FIELDS {
  return Object.hasOwn(FIELDS, type);
}

function valuesOf(metric: MetricValue, context: Context) {
  const { value, averageValue, averageUtilization } = metric;
  return [
    ...(value === undefined ? [] : [{ field: 'value', type: 'value', value: quantity(value, context) } as const]),
    ...(averageValue === undefined
      ? []
      : [{ field: 'averageValue', type: 'average', value: quantity(averageValue, context) } as const]),
    ...(averageUtilization === undefined
      ? []
      : [{ field: 'averageUtilization', type: 'utilization', value: averageUtilization } as const]),
  ];
}
