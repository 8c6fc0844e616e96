import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { LoadedRule, PrometheusApi, PrometheusError, ResultRow, ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import { type ApiRows, differences, listRows, type Row, rowOf, type ScenarioRows, selectLabels } from './comparison.ts';
import { jobs } from './configuration.ts';
import { environmentOf } from './environment.ts';
import { ruleFiles, ruleNames } from './rule-files.ts';
import { everyPodIsScraped, ObservedScrapes } from './scrape-jobs.ts';
import { type ScrapeTiming, scrapeBudget, timingOf } from './timing.ts';

type FromApi = (context: RequirementContext) => Promise<ApiRows>;

/** Two ways to the rows of a rule. */
export interface RuleCheck {
  /** `the alert JobFailed` */
  readonly name: string;
  fromPrometheus(context: RequirementContext): Promise<readonly Row[] | PrometheusError>;
  readonly fromApi: FromApi;
  /** Of an alert, its name and the labels of its rows. */
  readonly alert?: { readonly name: string; readonly labels: readonly string[] };
  /** For how long the rule shows what is over, in milliseconds: the range of its range vector. */
  readonly lookback?: (timing: ScrapeTiming) => number;
}

/** The pending and firing alerts of an alerting rule, by the labels that identify the object. */
export function alert(name: string, labels: readonly string[], fromApi: FromApi, lookback?: RuleCheck['lookback']): RuleCheck {
  return {
    ...(lookback && { lookback }),
    alert: { name, labels },
    name: `the alert ${name}`,
    fromPrometheus: async (context) => {
      const { prometheus } = await environmentOf(context);
      const rules = await prometheus.rules();
      if ('error' in rules) return rules;
      const rule = rules.find((loaded) => loaded.name === name);
      if (rule?.health === 'err') return { error: `the rule cannot be evaluated: ${rule.lastError}` };
      return (rule?.alerts ?? []).map((active) => selectLabels({ ...active, value: '1' }, labels));
    },
    fromApi,
  };
}

/** The single series of a recording rule, compared with a number of objects. */
export function recordedCount(name: string, countObjects: (context: RequirementContext) => Promise<number>): RuleCheck {
  return {
    name: `the recorded ${name}`,
    fromPrometheus: async (context) => {
      const rows = await query(context, name);
      if ('error' in rows) return rows;
      return rows.length === 1 ? rows.map((row) => selectLabels(row, [], { valued: true })) : { error: `${rows.length} series` };
    },
    fromApi: async (context) => ({ required: [rowOf({}, await countObjects(context))] }),
  };
}

/** The rows of an expression, or of a recording rule by its name: some of their labels, and the value. */
export function expressionResult(name: string, expression: string, labels: readonly string[], fromApi: FromApi): RuleCheck {
  return {
    name,
    fromPrometheus: async (context) => {
      const rows = await query(context, expression);
      return 'error' in rows ? rows : rows.map((row) => selectLabels(row, labels, { valued: true }));
    },
    fromApi,
  };
}

async function query(context: RequirementContext, expression: string): Promise<readonly ResultRow[] | PrometheusError> {
  const { prometheus } = await environmentOf(context);
  const result = await prometheus.query(expression);
  return 'error' in result ? result : result.rows;
}

interface RuleExpectation {
  /** Waits until the rule has exactly the rows that follow from the API; returns them. */
  toMatchApi(): Promise<readonly Row[]>;
  /** The same, with these rows among them; `within` is how long their cause may take, in milliseconds. */
  toHave(rows: readonly Row[], within?: number): Promise<readonly Row[]>;
  /** The same, without these rows. */
  notToHave(rows: readonly Row[]): Promise<readonly Row[]>;
}

/** Compares all rows of a rule with the API. Each expectation throws NotObserved with the differences. */
export function expectRule(context: RequirementContext, check: RuleCheck): RuleExpectation {
  return {
    toMatchApi: () => untilMatching(context, check, `${check.name} according to the API`, {}),
    toHave: (present, within) =>
      untilMatching(context, check, `${check.name} according to the API, with ${listRows(present)}`, { present }, within),
    notToHave: (absent) =>
      untilMatching(context, check, `${check.name} according to the API, without ${listRows(absent)}`, { absent }),
  };
}

async function untilMatching(
  context: RequirementContext,
  check: RuleCheck,
  what: string,
  scenarioRows: ScenarioRows,
  within = scrapeBudget,
): Promise<readonly Row[]> {
  const timing = await timingOf(context);
  const lookback = check.lookback?.(timing) ?? 0;
  // A change that is more recent need not have reached Prometheus.
  const lag = timing.untilEvaluated(freshnessBound);
  const readings: { readonly at: number; readonly apiRows: ApiRows }[] = [];
  const { prometheus } = await environmentOf(context);
  const scrapes = lookback > 0 ? new ObservedScrapes(prometheus) : undefined;
  // What such a rule shows is soon over, perhaps before the rows of others, which restart at the same time, are as in the API.
  const seen = new Set<Row>();
  const { rows } = await waitFor({
    what,
    within: timing.untilEvaluated(within) + lookback,
    observe: async () => {
      const apiRows = await check.fromApi(context);
      const actual = await check.fromPrometheus(context);
      await scrapes?.observe();
      const now = performance.now();
      readings.push({ at: now, apiRows });
      if ('error' in actual) return { rows: [], faults: [actual.error] };
      const recent = readings.filter(({ at }) => at >= now - lag - lookback).map((reading) => reading.apiRows);
      if (lookback > 0) for (const row of actual) seen.add(row);
      return { rows: actual, faults: differences(actual, recent, { ...scenarioRows, seen }) };
    },
    until: ({ faults }) => faults.length === 0,
    describe: ({ rows: actual, faults }) =>
      [
        ...faults,
        `all rows: ${listRows(actual)}`,
        `rows of the API: ${listRows(readings.at(-1)?.apiRows.required ?? [])}`,
        ...(scrapes ? [`${scrapes.describe()}; the rule looks back ${lookback / 1000} s`] : []),
      ].join('\n'),
  });
  return rows;
}

/**
 * Waits until Prometheus has evaluated every rule without an error after it has scraped all targets: without samples every rule can be
 * evaluated.
 * @returns `9 rules of 5 files`
 */
export async function rulesAreHealthy(context: RequirementContext): Promise<string> {
  const { prometheus } = await environmentOf(context);
  return rulesAreEvaluated(context, prometheus);
}

/** The same of any Prometheus with the rules of fixtures/rules, once it scrapes every pod that the workloads are to have. */
export async function rulesAreHealthyIn(context: RequirementContext, prometheus: PrometheusApi): Promise<string> {
  await everyPodIsScraped(context, prometheus);
  return rulesAreEvaluated(context, prometheus);
}

async function rulesAreEvaluated(context: RequirementContext, prometheus: PrometheusApi): Promise<string> {
  const timing = await timingOf(context);
  const names = ruleNames();
  let scrapedAt: number | undefined;
  await waitFor({
    what: 'every rule loaded, and evaluated without an error after all targets were scraped',
    within: timing.untilEvaluated(scrapeBudget),
    observe: async () => {
      const [targets, loaded] = [await prometheus.targets(), await prometheus.rules()];
      if ('error' in targets) return [targets.error];
      if ('error' in loaded) return [loaded.error];
      scrapedAt ??= firstScrape(targets.filter(({ job }) => job === jobs.kubernetes));
      return scrapedAt === undefined
        ? ['no target, or a target that has never been scraped']
        : faultsOf(loaded, names, scrapedAt);
    },
    until: (faults) => faults.length === 0,
    describe: (faults) => faults.join('\n'),
  });
  return `${names.length} rules of ${Object.keys(ruleFiles(timing.restartWindow)).length} files`;
}

/** The time at which every target had been scraped, in milliseconds since 1970; undefined without targets, or before that. */
function firstScrape(targets: readonly ScrapeTarget[]): number | undefined {
  const times = targets.map((target) => target.scrapedAt ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...times);
  return Number.isFinite(last) ? last : undefined;
}

function faultsOf(evaluated: readonly LoadedRule[], names: readonly string[], scrapedAt: number): readonly string[] {
  const loaded = new Set(evaluated.map(({ name }) => name));
  return [
    ...names.filter((name) => !loaded.has(name)).map((name) => `${name} is not loaded`),
    ...evaluated
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError = '' }) => `${name} ${health} ${lastError}`.trim()),
    ...evaluated
      .filter(({ lastEvaluation }) => Date.parse(lastEvaluation) <= scrapedAt)
      .map(({ name }) => `${name} has not been evaluated since the scrape`),
  ];
}

/** A series without the labels of its target, and from how many targets Prometheus has it. */
export interface SeriesCount {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
}

export interface AlertRow {
  /** The labels as text, without those of the target, which a rollout changes. */
  readonly row: Row;
  readonly labels: Readonly<Record<string, string>>;
  readonly isFiring: boolean;
}

export interface FailedRule {
  /** When it was last evaluated, in seconds since 1970. */
  readonly at: number;
  readonly name: string;
  readonly error: string;
}

/** What Prometheus had at one evaluation of its rules. */
export interface Evaluation {
  /** In seconds since 1970, by the clock of Prometheus. */
  readonly at: number;
  /** A series of almost every object. */
  readonly series: ReadonlyMap<Row, SeriesCount>;
  /** The recording rules that have a result. */
  readonly results: ReadonlySet<string>;
  /** The alerts that are pending or firing. */
  readonly alerts: readonly AlertRow[];
  readonly failed: readonly FailedRule[];
}

/** One series of almost every object. */
const seriesOfObjects = `{job="${jobs.kubernetes}",__name__=~"kube_.+_(created|info)"}`;

/** The latest evaluation of the rules, and the series at its instant. */
export async function evaluationOf(prometheus: PrometheusApi): Promise<Evaluation | { readonly error: string }> {
  const rules = await prometheus.rules();
  if ('error' in rules) return rules;
  const at = Math.max(...rules.map(({ lastEvaluation }) => Date.parse(lastEvaluation) / 1000));
  const result = await prometheus.query(seriesOfObjects, at);
  if ('error' in result) return result;
  const series = new Map<Row, SeriesCount>();
  for (const { labels } of result.rows) {
    const { __name__: name = '', ...identity } = labels;
    const row = `${name}${rowOf(identity)}`;
    series.set(row, { labels, count: (series.get(row)?.count ?? 0) + 1 });
  }
  const alerts = rules.flatMap((rule) =>
    (rule.alerts ?? []).map(({ labels: { instance: _instance, job: _job, ...labels }, state }) => ({
      row: rowOf(labels),
      labels,
      isFiring: state === 'firing',
    })),
  );
  const failed = rules
    .filter(({ health }) => health === 'err')
    .map(({ name, lastError = '', lastEvaluation }) => ({ name, error: lastError, at: Date.parse(lastEvaluation) / 1000 }));
  const recording = rules.filter((rule) => rule.alerts === undefined).map(({ name }) => name);
  const recorded = await prometheus.query(`{__name__=~"${recording.join('|')}"}`, at);
  if ('error' in recorded) return recorded;
  const results = new Set(recorded.rows.map(({ labels }) => labels.__name__ ?? ''));
  return { at, series, results, alerts, failed };
}
