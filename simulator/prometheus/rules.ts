import type { ActiveAlert, LoadedRule, RulesData } from '../../helpers/prometheus/prometheus.ts';
import { type RuleGroup, secondsOf } from './discovery.ts';
import { compile, unnamed } from './evaluate.ts';
import type { Element, Series, SeriesStore } from './series.ts';

type Group = RuleGroup & { readonly file: string };
type Rule = Group['rules'][number];

/** The rules and the state of their last evaluation. */
export class Rules {
  private readonly states = new Map<Rule, Pick<LoadedRule, 'health' | 'lastError' | 'alerts'>>();
  private readonly written = new Map<Rule, ReadonlySet<Series>>();
  /** Since when each alert has been active, by its labels, in seconds since 1970. */
  private readonly activeSince = new Map<Rule, ReadonlyMap<string, number>>();
  private evaluatedAt = 0;
  private readonly expressions = new Map<Rule, ReturnType<typeof compile>>();

  constructor(
    private readonly groups: readonly Group[],
    private readonly store: SeriesStore,
  ) {}

  /** @param at in seconds since 1970 */
  evaluate(at: number): void {
    this.evaluatedAt = at;
    for (const rule of this.groups.flatMap(({ rules }) => rules)) {
      try {
        const expression = this.expressions.get(rule) ?? compile(rule.expr);
        this.expressions.set(rule, expression);
        const value = expression(this.store, at);
        const elements = typeof value === 'number' ? [] : value;
        if (rule.record !== undefined) this.record(rule, rule.record, elements, at);
        const alerts = rule.alert === undefined ? [] : this.activeAlerts(rule, rule.alert, elements, at);
        this.states.set(rule, { health: 'ok', ...(rule.alert === undefined ? {} : { alerts }) });
      } catch (error) {
        // Prometheus keeps the alerts of the last evaluation that succeeded.
        const { alerts } = this.states.get(rule) ?? {};
        this.states.set(rule, { health: 'err', lastError: (error as Error).message, ...(alerts && { alerts }) });
      }
    }
  }

  /** `data` of /api/v1/rules. */
  data(): RulesData {
    const loaded = (rule: Rule) => ({
      name: rule.alert ?? rule.record ?? '',
      lastEvaluation: new Date(this.evaluatedAt * 1000).toISOString(),
      ...(this.states.get(rule) ?? { health: 'unknown' as const }),
    });
    return { groups: this.groups.map(({ file, rules }) => ({ file, rules: rules.map(loaded) })) };
  }

  /** Source: Prometheus, Alerting rules: an alert is pending until its expression has held for `for`. */
  private activeAlerts(rule: Rule, alertname: string, elements: readonly Element[], at: number): readonly ActiveAlert[] {
    const before = this.activeSince.get(rule) ?? new Map<string, number>();
    const since = new Map<string, number>();
    this.activeSince.set(rule, since);
    return elements.map((element) => {
      const labels = { ...unnamed(element.labels), alertname, ...rule.labels };
      const key = JSON.stringify(labels);
      const begun = before.get(key) ?? at;
      since.set(key, begun);
      return { labels, state: at - begun >= secondsOf(rule.for ?? '0s') ? 'firing' : 'pending' };
    });
  }

  private record(rule: Rule, name: string, elements: readonly Element[], at: number): void {
    const current = new Set<Series>();
    for (const { labels, value } of elements) {
      const series = this.store.series({ ...unnamed(labels), __name__: name, ...rule.labels });
      series.add(at, value);
      current.add(series);
    }
    for (const series of this.written.get(rule) ?? []) if (!current.has(series)) series.add(at, undefined);
    this.written.set(rule, current);
  }
}
