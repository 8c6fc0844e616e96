import { quantity } from './quantity.ts';
import type { Context, Expected } from './table.ts';

/** A target or a current value of an autoscaler's metric. */
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

/** An entry of `spec.metrics` or of `status.currentMetrics`, where the type is empty while the metric could not be read. */
export interface Metric {
  readonly type: string;
  readonly object?: Source;
  readonly pods?: Source;
  readonly resource?: Source;
  readonly containerResource?: Source;
  readonly external?: Source;
}

const FIELDS = {
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
  External: 'external',
} as const;

/** What releases before 2.7 tell of a metric, by its type; they leave a container's resource out. */
const BEFORE_2_7: Readonly<Record<string, readonly (keyof MetricValue)[]>> = {
  Object: ['value', 'averageValue'],
  Pods: ['averageValue'],
  Resource: ['averageUtilization', 'averageValue'],
  External: ['value', 'averageValue'],
};

/**
 * The samples of an autoscaler's metrics, one for each value that is set. The container is a label from 2.19 on: before, the
 * same resource of two containers is exposed as one series twice, and external metrics that differ in their selector still are.
 */
export function metricSamples(metrics: readonly Metric[] | null | undefined, context: Context): readonly Expected[] {
  return (metrics ?? []).flatMap((metric) => {
    const source = isKnown(metric.type) ? metric[FIELDS[metric.type]] : undefined;
    if (source === undefined) return [];
    const container = context.since('2.19') ? { container: source.container ?? '' } : {};
    const told = context.since('2.7') ? undefined : (BEFORE_2_7[metric.type] ?? []);
    return valuesOf(source.target ?? source.current ?? {}, context)
      .filter(({ field }) => told?.includes(field) ?? true)
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
