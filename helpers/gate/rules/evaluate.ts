import pMap from 'p-map';
import { stringify } from 'yaml';
import { InfrastructureError } from '../../errors.ts';
import { commonConfiguration } from '../../prometheus/pod.ts';
import type { PrometheusApi } from '../../prometheus/prometheus.ts';
import { withoutVariableMatchers } from '../../prometheus/rules/expression.ts';
import type { Rule, RuleSource } from '../../prometheus/rules/rule.ts';
import type { TargetLabels } from '../../prometheus/rules/surface.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import { differs, type Evaluated } from './results.ts';

const QUERIES_AT_ONCE = 8;

/** How a Prometheus finds the exporter of its side, and how often it scrapes it. */
export interface SideScrape {
  /** Service discovery, path, TLS and token, as in a `scrape_config`. */
  readonly discovery: Readonly<Record<string, unknown>>;
  readonly intervalSeconds: number;
}

/** The files of a Prometheus that sees its exporter as the user's own scrape job does, by name: `prometheus.yml` and the rule files. */
export function prometheusFiles(
  { discovery, intervalSeconds }: SideScrape,
  { labels: { job = '', ...labels }, honorLabels }: TargetLabels,
  rules: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const interval = `${intervalSeconds}s`;
  const configuration = {
    ...commonConfiguration(interval),
    scrape_configs: [
      {
        job_name: job,
        honor_labels: honorLabels,
        ...discovery,
        relabel_configs: Object.entries(labels).map(([name, value]) => ({
          source_labels: ['__address__'],
          target_label: name,
          replacement: value.replaceAll('$', '$$$$'),
        })),
      },
    ],
  };
  return { 'prometheus.yml': stringify(configuration), ...rules };
}

/** Each group as a file, as names of groups are unique within a file. */
export function ruleFiles(sources: readonly RuleSource[]): Readonly<Record<string, string>> {
  const groups = sources.flatMap((source) => source.groups);
  return Object.fromEntries(groups.map((group, index) => [`group-${index}.rules.yaml`, stringify({ groups: [group] })]));
}

/** Why rule groups are not loaded, as a sentence, from the log of a Prometheus that did not start; undefined when they are not why. */
export function refusedGroups(log: readonly string[]): string | undefined {
  const refusal = log.findLast((line) => line.includes('.rules.yaml'));
  return (
    refusal &&
    `Prometheus does not load the rule groups, and expressions were evaluated without the series that they record: ${refusal}`
  );
}

/**
 * Waits until a Prometheus has scraped its exporter twice and has evaluated every rule after that, so that the instant of its last
 * scrape has samples and recorded series.
 * @throws NotObserved with the last response of Prometheus
 */
export async function hasEvaluated(prometheus: PrometheusApi, intervalSeconds: number): Promise<void> {
  const within = seconds(60 + 2 * intervalSeconds);
  const every = seconds(1);
  const first = await waitFor({
    what: 'a scrape of the exporter by Prometheus',
    within,
    every,
    observe: () => lastScrape(prometheus),
    until: (scrape) => typeof scrape !== 'string',
    describe: String,
  });
  await waitFor({
    what: 'a second scrape of the exporter by Prometheus',
    within,
    every,
    observe: () => lastScrape(prometheus),
    until: (scrape) => typeof scrape !== 'string' && scrape > Number(first),
    describe: String,
  });
  const before = await evaluations(prometheus);
  const last = typeof before === 'string' ? 0 : Math.max(0, ...before);
  await waitFor({
    what: 'an evaluation of every rule by Prometheus after its second scrape',
    within,
    every,
    observe: () => evaluations(prometheus),
    until: (times) => typeof times !== 'string' && times.every((time) => time > last),
    describe: (times) =>
      typeof times === 'string' ? times : `${times.filter((time) => time <= last).length} rules not evaluated`,
  });
}

/** When each rule was evaluated last, in milliseconds since 1970; or the error of Prometheus. */
async function evaluations(prometheus: PrometheusApi): Promise<readonly number[] | string> {
  const rules = await prometheus.rules();
  return 'error' in rules ? rules.error : rules.map(({ lastEvaluation }) => Date.parse(lastEvaluation));
}

/** The end of the earliest last scrape of all targets, in milliseconds since 1970; or why there is none. */
async function lastScrape(prometheus: PrometheusApi): Promise<number | string> {
  const targets = await prometheus.targets();
  if ('error' in targets) return targets.error;
  const down = targets.find(({ health }) => health !== 'up');
  if (down) return `the target ${down.instance} is ${down.health} ${down.lastError}`.trim();
  return targets.length === 0 ? 'no target' : Math.min(...targets.map(({ scrapedAt = 0 }) => scrapedAt));
}

/** How long results may differ only because both sides are not scraped and evaluated at the same instant, in milliseconds. */
export interface Patience {
  readonly within: number;
  readonly every: number;
}

type Prometheuses = Readonly<Record<'old' | 'new', PrometheusApi>>;

/** Evaluates all rules on both sides at the same instant, and those whose results differ again, at later ones, until the patience ends. */
export async function evaluateRules(
  prometheuses: Prometheuses,
  rules: readonly Rule[],
  patience: Patience,
): Promise<readonly Evaluated[]> {
  const results = await evaluateAll(prometheuses, rules);
  const latest = new Map(results.map((evaluated) => [evaluated.rule, evaluated]));
  const differing = () => [...latest.values()].filter(differs).map(({ rule }) => rule);
  if (differing().length === 0) return results;
  try {
    await waitFor({
      what: 'the same results on both sides',
      ...patience,
      observe: async () => {
        for (const evaluated of await evaluateAll(prometheuses, differing())) latest.set(evaluated.rule, evaluated);
        return differing();
      },
      until: (remaining) => remaining.length === 0,
      describe: (remaining) => `${remaining.length} rules whose results differ`,
    });
  } catch (error) {
    // Results that go on differing are what the comparison is to find.
    if (!(error instanceof NotObserved)) throw error;
  }
  return [...latest.values()];
}

/** @throws InfrastructureError when a Prometheus no longer scrapes its exporter */
async function evaluateAll(prometheuses: Prometheuses, rules: readonly Rule[]): Promise<readonly Evaluated[]> {
  const scrapes = await Promise.all([lastScrape(prometheuses.old), lastScrape(prometheuses.new)]);
  const failed = scrapes.find((scrape) => typeof scrape === 'string');
  if (failed !== undefined) throw new InfrastructureError(`Prometheus does not scrape an exporter: ${failed}.`);
  const at = Math.min(...scrapes.map(Number)) / 1000;
  return pMap(
    rules,
    async (rule) => {
      const expression = withoutVariableMatchers(rule.expression);
      const [old, now] = await Promise.all([prometheuses.old.query(expression, at), prometheuses.new.query(expression, at)]);
      return { rule, old, new: now };
    },
    { concurrency: QUERIES_AT_ONCE },
  );
}
