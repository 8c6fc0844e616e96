import type { FamilyType, Format } from './model.ts';

const textTypes: readonly FamilyType[] = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const openMetricsTypes: readonly FamilyType[] = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
];

/** What may follow a family's name in the names of its samples; the empty one stands for the name itself. */
const textSuffixes: Partial<Record<FamilyType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const openMetricsSuffixes: Partial<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  info: ['_info'],
};
const nameItself: readonly string[] = [''];

export function typesOf(format: Format): readonly FamilyType[] {
  return format === 'text' ? textTypes : openMetricsTypes;
}

/** The type that a `# TYPE` line names, whichever format knows it; undefined if neither does. */
export function typeNamed(name: string): FamilyType | undefined {
  return [...textTypes, ...openMetricsTypes].find((type) => type === name);
}

export function suffixesOf(type: FamilyType | undefined, format: Format): readonly string[] {
  if (type === undefined) return nameItself;
  return (format === 'text' ? textSuffixes : openMetricsSuffixes)[type] ?? nameItself;
}

/**
 * Whether OpenMetrics' TYPE line wrongly names a sample instead of its family, as kube-state-metrics does from 2.8 on: the
 * samples then have the very name of the family.
 */
export function namesItsSample(name: string, type: FamilyType | undefined, format: Format): boolean {
  if (format === 'text') return false;
  return (type === 'counter' && name.endsWith('_total')) || (type === 'info' && name.endsWith('_info'));
}
