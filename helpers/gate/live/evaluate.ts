import { stringify } from 'yaml';
import { InfrastructureError } from '../../errors.ts';
import type { Target } from '../../exporter/target.ts';
import { inParallel } from '../../in-parallel.ts';
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
    if (!(error instanceof InfrastructureError) || Object.keys(ruleFiles(request.sources)).length === 0) throw error;
    const logs = await created.prometheuses.old.log();
    const prometheuses = await createBoth(client, request, {}, '-without-rules');
    await Promise.all(Object.values(prometheuses).map((prometheus) => prometheus.ready()));
    const refusal = logs.findLast((line) => /level=(error|ERROR)|err=/.test(line)) ?? error.message;
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
 * Waits until a Prometheus has scraped its exporter a few times, and has evaluated every rule after that, so that an instant a moment
 * ago has samples and recorded series.
 * @throws NotObserved with the last response of Prometheus
 */
export async function hasEvaluated(prometheus: Prometheus): Promise<void> {
  await waitFor({
    what: 'samples of the exporter in Prometheus',
    within: seconds(60),
    every: seconds(1),
    observe: () => prometheus.query('count(sum_over_time(up[1m]) >= 3)'),
    until: (result) => 'rows' in result && result.rows.some(({ value }) => Number(value) >= 1),
    describe: (result) => JSON.stringify(result),
  });
  const evaluations = async () => {
    const rules = await prometheus.rules();
    return 'error' in rules ? rules.error : rules.map(({ lastEvaluation }) => Date.parse(lastEvaluation));
  };
  const scraped = await evaluations();
  const last = typeof scraped === 'string' ? 0 : Math.max(0, ...scraped);
  await waitFor({
    what: 'an evaluation of every rule group after that',
    within: seconds(60),
    every: seconds(1),
    observe: evaluations,
    until: (times) => typeof times !== 'string' && times.every((time) => time > last),
    describe: (times) =>
      typeof times === 'string' ? times : `${times.filter((time) => time <= last).length} rules not evaluated`,
  });
}

/** Evaluates every rule on both sides at the same instant, again for as long as results differ, until they have for a while. */
export async function evaluateRules(prometheuses: Sides<Prometheus>, rules: readonly Rule[]): Promise<readonly Evaluated[]> {
  return inParallel(rules, QUERIES_AT_ONCE, (rule) => evaluate(prometheuses, rule));
}

async function evaluate(prometheuses: Sides<Prometheus>, rule: Rule): Promise<Evaluated> {
  const expression = withoutVariableMatchers(rule.expression);
  let last: Evaluated | undefined;
  try {
    return await waitFor({
      what: `the same results of ${rule.name}`,
      within: patience,
      every: seconds(3),
      observe: async () => {
        const at = Date.now() / 1000 - 1;
        const [old, now] = await Promise.all([prometheuses.old.query(expression, at), prometheuses.new.query(expression, at)]);
        last = { rule, old, new: now };
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
