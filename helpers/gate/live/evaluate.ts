import pMap from 'p-map';
import { stringify } from 'yaml';
import { InfrastructureError } from '../../errors.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { Prometheus } from '../../prometheus/prometheus.ts';
import { withoutVariableMatchers } from '../../prometheus/rules/expression.ts';
import type { Rule, RuleSource } from '../../prometheus/rules/rule.ts';
import type { TargetLabels } from '../../prometheus/rules/surface.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import { type Evaluated, gateResults } from '../rules/results.ts';
import type { Sides } from './readings.ts';

export interface EvaluationRequest {
  readonly objects: OwnedObjects;
  /** The image of Prometheus. */
  readonly image: string;
  readonly namespace: string;
  /** The cluster's DNS domain. */
  readonly domain: string;
  readonly targets: Sides<Target>;
  readonly labels: TargetLabels;
  readonly sources: readonly RuleSource[];
}

/** The largest ConfigMap, less what other files and its own metadata take. Source: Kubernetes, 'ConfigMaps', 1 MiB. */
const MOST_RULE_BYTES = 900_000;

/** How long results may differ because the sides are not scraped at the same instant. */
const patience = seconds(10);
const QUERIES_AT_ONCE = 8;

/** A Prometheus a side, each of which sees its exporter as the user's own scrape job does, with all rule groups. */
export interface SidePrometheuses {
  readonly prometheuses: Sides<Prometheus>;
  /** Why the rule groups are not loaded, as a sentence; undefined when they are. */
  readonly unloaded?: string;
}

/** Creates a Prometheus a side; they are Ready later. */
export async function createPrometheuses(client: KubeClient, request: EvaluationRequest): Promise<SidePrometheuses> {
  const files = ruleFiles(request.sources);
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= MOST_RULE_BYTES) return { prometheuses: await createBoth(client, request, files) };
  const unloaded = `The rule groups have ${bytes} bytes, and a ConfigMap holds no more than ${MOST_RULE_BYTES}: expressions were evaluated without the series that they record.`;
  return { prometheuses: await createBoth(client, request, {}), unloaded };
}

/**
 * Waits until each Prometheus is Ready; where one does not accept the rule groups, both are created again without them.
 * @throws InfrastructureError when one does not start without them either
 */
export async function readyPrometheuses(
  client: KubeClient,
  request: EvaluationRequest,
  created: SidePrometheuses,
): Promise<SidePrometheuses> {
  try {
    await Promise.all(Object.values(created.prometheuses).map((prometheus) => prometheus.ready()));
    return created;
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error;
    const log = await created.prometheuses.old.log();
    const refusal = log.findLast((line) => line.includes('.rules.yaml'));
    if (refusal === undefined) throw error;
    const prometheuses = await createBoth(client, request, {}, '-without-rules');
    await Promise.all(Object.values(prometheuses).map((prometheus) => prometheus.ready()));
    return {
      prometheuses,
      unloaded: `Prometheus does not load the rule groups, and expressions were evaluated without the series that they record: ${refusal}`,
    };
  }
}

async function createBoth(
  client: KubeClient,
  { objects, image, namespace, domain, targets, labels }: EvaluationRequest,
  rules: Readonly<Record<string, string>>,
  suffix = '',
): Promise<Sides<Prometheus>> {
  const create = (side: keyof Sides<unknown>) => {
    const configuration = stringify(configurationOf(targets[side], labels, domain));
    const files = { 'prometheus.yml': configuration, ...rules };
    return Prometheus.create(client, objects, { image, namespace, name: `prometheus-${side}${suffix}`, files });
  };
  const [old, now] = await Promise.all([create('old'), create('new')]);
  return { old, new: now };
}

/** Each group as a file, as names of groups are unique within a file. */
function ruleFiles(sources: readonly RuleSource[]): Readonly<Record<string, string>> {
  const groups = sources.flatMap((source) => source.groups);
  return Object.fromEntries(groups.map((group, index) => [`group-${index}.rules.yaml`, stringify({ groups: [group] })]));
}

function configurationOf(
  { fqdn, ports }: Target,
  { labels: { job = '', ...labels }, honorLabels }: TargetLabels,
  domain: string,
): object {
  return {
    global: {
      scrape_interval: '2s',
      scrape_timeout: '2s',
      evaluation_interval: '2s',
      scrape_protocols: ['PrometheusText0.0.4'],
    },
    rule_files: ['*.rules.yaml'],
    scrape_configs: [
      {
        job_name: job,
        honor_labels: honorLabels,
        dns_sd_configs: [{ names: [fqdn(domain)], type: 'A', port: ports.metrics.number, refresh_interval: '2s' }],
        relabel_configs: Object.entries(labels).map(([name, value]) => ({
          source_labels: ['__address__'],
          target_label: name,
          replacement: value.replaceAll('$', '$$$$'),
        })),
      },
    ],
  };
}

/**
 * Waits until a Prometheus has scraped its exporter twice and has evaluated every rule after that, so that the instant of its last
 * scrape has samples and recorded series.
 * @throws NotObserved with the last response of Prometheus
 */
export async function hasEvaluated(prometheus: Prometheus): Promise<void> {
  const first = await waitFor({
    what: 'a scrape of the exporter by Prometheus',
    within: seconds(60),
    every: seconds(1),
    observe: () => lastScrape(prometheus),
    until: (scrape) => typeof scrape !== 'string',
    describe: String,
  });
  await waitFor({
    what: 'a second scrape of the exporter by Prometheus',
    within: seconds(30),
    every: seconds(1),
    observe: () => lastScrape(prometheus),
    until: (scrape) => typeof scrape !== 'string' && scrape > Number(first),
    describe: String,
  });
  const before = await evaluations(prometheus);
  const last = typeof before === 'string' ? 0 : Math.max(0, ...before);
  await waitFor({
    what: 'an evaluation of every rule by Prometheus after its second scrape',
    within: seconds(60),
    every: seconds(1),
    observe: () => evaluations(prometheus),
    until: (times) => typeof times !== 'string' && times.every((time) => time > last),
    describe: (times) =>
      typeof times === 'string' ? times : `${times.filter((time) => time <= last).length} rules not evaluated`,
  });
}

/** When each rule was evaluated last, in milliseconds since 1970; or the error of Prometheus. */
async function evaluations(prometheus: Prometheus): Promise<readonly number[] | string> {
  const rules = await prometheus.rules();
  return 'error' in rules ? rules.error : rules.map(({ lastEvaluation }) => Date.parse(lastEvaluation));
}

/** The end of the earliest last scrape of all targets, in milliseconds since 1970; or why there is none. */
async function lastScrape(prometheus: Prometheus): Promise<number | string> {
  const targets = await prometheus.targets();
  if ('error' in targets) return targets.error;
  const down = targets.find(({ health }) => health !== 'up');
  if (down) return `the target ${down.instance} is ${down.health} ${down.lastError}`.trim();
  return targets.length === 0 ? 'no target' : Math.min(...targets.map(({ scrapedAt = 0 }) => scrapedAt));
}

/**
 * Evaluates all rules on both sides at the same instant, and those whose results differ again, at a later one, for as long as that
 * may be due to the time between the scrapes of both sides.
 */
export async function evaluateRules(prometheuses: Sides<Prometheus>, rules: readonly Rule[]): Promise<readonly Evaluated[]> {
  const results = await evaluateAll(prometheuses, rules);
  const latest = new Map(results.map((evaluated) => [evaluated.rule, evaluated]));
  const differing = () => [...latest.values()].filter((evaluated) => gateResults([evaluated]).length > 0).map(({ rule }) => rule);
  if (differing().length === 0) return results;
  try {
    await waitFor({
      what: 'the same results on both sides',
      within: patience,
      every: seconds(3),
      observe: async () => {
        for (const evaluated of await evaluateAll(prometheuses, differing())) latest.set(evaluated.rule, evaluated);
        return differing();
      },
      until: (remaining) => remaining.length === 0,
      describe: (remaining) => `${remaining.length} rules whose results differ`,
    });
  } catch (error) {
    // Results that go on differing are what the gate is to find.
    if (!(error instanceof NotObserved)) throw error;
  }
  return [...latest.values()];
}

/** @throws InfrastructureError when a Prometheus no longer scrapes its exporter */
async function evaluateAll(prometheuses: Sides<Prometheus>, rules: readonly Rule[]): Promise<readonly Evaluated[]> {
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
