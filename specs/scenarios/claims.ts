import type { PrometheusError, ResultRow } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import type { Claim } from './agreement.ts';
import { rowOf, rowWith } from './row.ts';
import { stageOf } from './stage.ts';

type Read = Claim['read'];

/**
 * What an alerting rule tells of, pending or firing, by the labels that name the object.
 * @param lookback the window of a range in it
 */
export function alert(name: string, labels: readonly string[], read: Read, lookback?: Claim['lookback']): Claim {
  return {
    ...(lookback && { lookback }),
    name: `the alert ${name}`,
    told: async (context) => {
      const { prometheus } = await stageOf(context);
      const rules = await prometheus.rules();
      if ('error' in rules) return rules;
      const rule = rules.find((one) => one.name === name);
      if (rule?.health === 'err') return { error: `the rule cannot be evaluated: ${rule.lastError}` };
      return (rule?.alerts ?? []).map((one) => rowWith({ ...one, value: '1' }, labels));
    },
    read,
  };
}

/** The only series that a recording rule has written, which is a number. */
export function counted(name: string, read: (...of: Parameters<Read>) => Promise<number>): Claim {
  return {
    name: `the recorded ${name}`,
    told: async (context) => {
      const rows = await rowsOf(context, name);
      if ('error' in rows) return rows;
      return rows.length === 1 ? rows.map((row) => rowWith(row, [], { valued: true })) : { error: `${rows.length} series` };
    },
    read: async (context) => ({ must: [rowOf({}, await read(context))] }),
  };
}

/** The rows that an expression, or the name of a recording rule, comes to: some of their labels, and the value. */
export function evaluated(name: string, expression: string, labels: readonly string[], read: Read): Claim {
  return {
    name,
    told: async (context) => {
      const rows = await rowsOf(context, expression);
      return 'error' in rows ? rows : rows.map((row) => rowWith(row, labels, { valued: true }));
    },
    read,
  };
}

async function rowsOf(context: RequirementContext, expression: string): Promise<readonly ResultRow[] | PrometheusError> {
  const { prometheus } = await stageOf(context);
  const result = await prometheus.query(expression);
  return 'error' in result ? result : result.rows;
}
