import type { Prometheus } from '../../prometheus/prometheus.ts';
import { forJob, parseExpression } from '../../prometheus/rules/expression.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import { type Evaluated, gateResults } from '../rules/results.ts';

/** How long results may differ for the sake of two scrapes that were not made at the same instant. */
const patience = seconds(10);

/** Lets a real Prometheus evaluate every rule on both sides at the same instant, until what differs has lasted. */
export async function evaluateRules(prometheus: Prometheus, rules: readonly Rule[]): Promise<readonly Evaluated[]> {
  const readable = rules.filter(({ expression }) => parseExpression(expression).faults.length === 0);
  return Promise.all(readable.map((rule) => evaluate(prometheus, rule)));
}

async function evaluate(prometheus: Prometheus, rule: Rule): Promise<Evaluated> {
  let last: Evaluated | undefined;
  try {
    return await waitFor({
      what: `the same results of ${rule.name}`,
      within: patience,
      every: seconds(3),
      observe: async () => {
        const at = Date.now() / 1000 - 1;
        const [old, now] = await Promise.all(
          (['old', 'new'] as const).map((side) => prometheus.query(forJob(rule.expression, side), at)),
        );
        last = { rule, old: old ?? { rows: [] }, new: now ?? { rows: [] } };
        return last;
      },
      until: (evaluated) => gateResults([evaluated]).length === 0,
      describe: () => 'results that differ',
    });
  } catch (error) {
    if (error instanceof NotObserved && last) return last;
    throw error;
  }
}
