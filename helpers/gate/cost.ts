import { UsageError } from '../errors.ts';
import type { GateDifference } from './difference.ts';

/** What an exporter costs, measured on both sides in the same run. */
export type MeasureName = 'scrape' | 'body' | 'series' | 'memory' | 'cpu';

export interface Measure {
  readonly name: MeasureName;
  /** When it was measured: `at rest`, `at start`, `under load`. */
  readonly when: string;
  readonly unit: 'ms' | 'bytes' | 'series' | 's';
  readonly old: number;
  readonly new: number;
}

/** How many times the old side's cost the candidate may take. */
export type Budgets = ReadonlyMap<MeasureName, number>;

export const measureNames: Readonly<Record<MeasureName, string>> = {
  scrape: 'time of a scrape',
  body: 'size of a scrape',
  series: 'series',
  memory: 'resident memory',
  cpu: 'CPU time',
};

/**
 * Reads `memory=1.5x` and the like, any number of them.
 * @throws a UsageError for a measure that there is none of, or a ratio that is none
 */
export function parseBudgets(texts: readonly string[]): Budgets {
  return new Map(
    texts.map((text) => {
      const [, name = '', ratio = ''] = /^(\w+)=(\d+(?:\.\d+)?)x$/.exec(text) ?? [];
      if (!isMeasure(name) || Number(ratio) === 0) {
        throw new UsageError(
          `--budget is MEASURE=RATIOx, such as memory=1.5x, of ${Object.keys(measureNames).join(', ')}; not "${text}".`,
        );
      }
      return [name, Number(ratio)];
    }),
  );
}

/** `1.42` of two numbers; 1 where both are nothing. */
export function ratioOf({ old, new: now }: Pick<Measure, 'old' | 'new'>): number {
  return old === 0 ? (now === 0 ? 1 : Number.POSITIVE_INFINITY) : now / old;
}

/** What goes beyond a budget; without one a cost is shown, and no difference. */
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
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : 'more than nothing';
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
