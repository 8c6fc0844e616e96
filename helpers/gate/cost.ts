import { UsageError } from '../errors.ts';
import type { GateDifference } from './difference.ts';

/** A cost of an exporter, measured on both sides in the same run. */
export type MeasureName = 'scrape' | 'body' | 'series' | 'memory' | 'cpu';

export interface Measure {
  readonly name: MeasureName;
  /** When it was measured: `at rest`, `at start`, `under load`. */
  readonly when: string;
  readonly unit: 'ms' | 'bytes' | 'series' | 's';
  readonly old: number;
  readonly new: number;
}

/** The highest allowed ratio of the candidate's cost to the old release's, by measure. */
export type Budgets = ReadonlyMap<MeasureName, number>;

export const measureNames: Readonly<Record<MeasureName, string>> = {
  scrape: 'time of a scrape',
  body: 'size of a scrape',
  series: 'series',
  memory: 'resident memory',
  cpu: 'CPU time',
};

/**
 * Parses values of `--budget`, such as `memory=1.5x`.
 * @throws UsageError for an unknown measure or a ratio that is not a positive number followed by `x`
 */
export function parseBudgets(texts: readonly string[]): Budgets {
  return new Map(
    texts.map((text) => {
      const [, name = '', ratio = ''] = /^(\w+)=(\d+(?:\.\d+)?)x$/.exec(text) ?? [];
      if (!isMeasure(name) || Number(ratio) === 0) {
        throw new UsageError(
          `--budget is MEASURE=RATIOx, such as memory=1.5x, where MEASURE is one of ${Object.keys(measureNames).join(', ')}; not "${text}".`,
        );
      }
      return [name, Number(ratio)];
    }),
  );
}

/** The new cost divided by the old one; 1 when both are 0, infinite when only the old one is. */
export function ratioOf({ old, new: now }: Pick<Measure, 'old' | 'new'>): number {
  return old === 0 ? (now === 0 ? 1 : Number.POSITIVE_INFINITY) : now / old;
}

/** One rejecting difference for each measure over its budget. A measure without a budget is reported, and is no difference. */
export function gateCost(measures: readonly Measure[], budgets: Budgets): readonly GateDifference[] {
  return measures.flatMap((measure) => {
    const budget = budgets.get(measure.name);
    const ratio = ratioOf(measure);
    if (budget === undefined || ratio <= budget) return [];
    return [
      {
        id: `cost/${measure.name}/${measure.when.replaceAll(' ', '-')}`,
        part: 'cost' as const,
        sentence: `The ${measureNames[measure.name]} ${measure.when} is ${formatRatio(ratio)} that of the old release; the budget is ${formatRatio(budget)}.`,
        severity: 'reject' as const,
        old: [formatAmount(measure.old, measure.unit)],
        new: [formatAmount(measure.new, measure.unit)],
      },
    ];
  });
}

/** `1.42x` */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : 'from zero';
}

/** `38.1 MiB`, `12 ms`, `0.84 s`, `2,041 series` */
export function formatAmount(amount: number, unit: Measure['unit']): string {
  if (unit === 'series') return `${amount.toLocaleString('en')} series`;
  if (unit === 'ms') return `${amount.toFixed(amount < 10 ? 1 : 0)} ms`;
  if (unit === 's') return `${amount.toFixed(2)} s`;
  return amount < 1024 * 1024 ? `${(amount / 1024).toFixed(1)} KiB` : `${(amount / 1024 / 1024).toFixed(1)} MiB`;
}

function isMeasure(name: string): name is MeasureName {
  return name in measureNames;
}
