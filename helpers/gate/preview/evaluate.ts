import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Reaper, startReaper } from '../../cluster/start-reaper.ts';
import { makePrivateDirectory } from '../../private-files.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import type { MeasuredSurface } from '../../prometheus/rules/surface.ts';
import { isClusterFailure } from '../../run/ending.ts';
import { seconds } from '../../wait.ts';
import type { GateDifference } from '../difference.ts';
import { evaluateRules, hasEvaluated, prometheusFiles, refusedGroups, ruleFiles } from '../rules/evaluate.ts';
import { type JudgedSources, ruleId } from '../rules/gate-rules.ts';
import { gateResults } from '../rules/results.ts';
import { recordedBy, selectedMetrics } from '../rules/rule-context.ts';
import {
  EXPOSITION_PATH,
  findPrometheus,
  type LocalPrometheus,
  PrometheusNotReady,
  type PrometheusProgram,
  startPrometheus,
} from './local-prometheus.ts';
import type { PrometheusKind } from './options.ts';
import { writeExposition } from './predict.ts';

/** The rules of a comparison, and the surfaces that they are evaluated on. */
export interface EvaluationRequest {
  readonly old: MeasuredSurface;
  readonly new: MeasuredSurface;
  readonly sources: readonly RuleSource[];
  readonly judged: JudgedSources;
  /** The families of the old side that differ from their prediction, so that nothing follows from them for the candidate. */
  readonly mismatched: ReadonlySet<string>;
}

/** The rules whose results differ; or why they were not evaluated, as the end of a sentence. */
export type EvaluationResult =
  | {
      readonly differences: readonly GateDifference[];
      /** Why the rule groups are not loaded, as a sentence. */
      readonly unloaded?: string;
    }
  | { readonly notEvaluated: string };

export type Evaluate = (request: EvaluationRequest) => Promise<EvaluationResult>;

interface EvaluatorOptions {
  readonly kind: PrometheusKind;
  readonly image: string;
  /** The directory of the reports; what is written for the time of an evaluation goes below it. */
  readonly reports: string;
  note(line: string): void;
}

/**
 * What evaluates the rules of a preview: a real Prometheus a side, if this machine has one. One that fails is a reason not to evaluate,
 * unless the user requires it.
 * @throws UsageError when the required Prometheus is not there
 */
export async function evaluatorOf({ kind, image, reports, note }: EvaluatorOptions): Promise<Evaluate> {
  if (kind === 'none') return async () => ({ notEvaluated: 'of --prometheus none' });
  const program = await findPrometheus(kind, image, note);
  if ('missing' in program) return async () => ({ notEvaluated: program.missing });
  const directory = resolve(reports, 'preview-run');
  rmSync(directory, { recursive: true, force: true });
  makePrivateDirectory(directory);
  const reaper = startReaper(directory);
  return async (request) => {
    try {
      return await evaluate(request, new Pairs(program, directory, reaper, request));
    } catch (error) {
      if (kind !== 'auto' || !isClusterFailure(error)) throw error;
      return { notEvaluated: `Prometheus failed: ${(error as Error).message}` };
    }
  };
}

async function evaluate({ sources, judged, mismatched }: EvaluationRequest, pairs: Pairs): Promise<EvaluationResult> {
  const { pair, unloaded } = await pairs.start(ruleFiles(sources));
  try {
    const [old, now] = [pair.old.prometheus, pair.new.prometheus];
    await Promise.all([old, now].map((prometheus) => hasEvaluated(prometheus, pairs.intervalSeconds)));
    // Both sides are constant, so that only a chain of recorded series can be behind.
    const patience = { within: seconds(4 * pairs.intervalSeconds), every: seconds(pairs.intervalSeconds) };
    const evaluated = await evaluateRules({ old, new: now }, judged.evaluable, patience);
    const recorded = recordedBy(sources.flatMap(({ rules }) => rules));
    const mismatchedIds = new Set(
      evaluated
        .map(({ rule }) => ({ rule, metrics: selectedMetrics([rule.expression], recorded) }))
        .filter(({ metrics }) => [...mismatched].some((family) => metrics?.has(family) ?? true))
        .map(({ rule }) => ruleId(rule, 'result', judged.identities)),
    );
    const differences = gateResults(evaluated, judged.identities).map((difference) =>
      mismatchedIds.has(difference.id) ? { ...difference, origin: 'surprise' as const } : difference,
    );
    return { differences, ...(unloaded !== undefined && { unloaded }) };
  } finally {
    await stopAll(Object.values(pair));
  }
}

type Pair = Readonly<Record<'old' | 'new', LocalPrometheus>>;

/** How much of an exposition Prometheus takes in each second, on a slow machine. */
const BYTES_PER_SECOND = 5_000_000;

/** Starts a Prometheus a side for a comparison. */
class Pairs {
  /** The scrape interval of both: the longer one of those that their expositions need. */
  readonly intervalSeconds: number;
  private readonly expositions: Readonly<Record<'old' | 'new', MeasuredSurface>>;
  private count = 0;

  constructor(
    private readonly program: PrometheusProgram,
    private readonly directory: string,
    private readonly reaper: Reaper,
    private readonly request: EvaluationRequest,
  ) {
    const rules = request.sources.flatMap((source) => source.rules);
    const metrics = selectedMetrics(
      rules.map(({ expression }) => expression),
      recordedBy(rules),
    );
    this.expositions = { old: withMetrics(request.old, metrics), new: withMetrics(request.new, metrics) };
    const bytes = Math.max(this.expositions.old.bytes, this.expositions.new.bytes);
    this.intervalSeconds = Math.max(1, Math.ceil(bytes / BYTES_PER_SECOND));
  }

  /** A pair with the rule groups; without them where Prometheus refuses them. */
  async start(rules: Readonly<Record<string, string>>): Promise<{ readonly pair: Pair; readonly unloaded?: string }> {
    try {
      return { pair: await this.pairWith(rules) };
    } catch (error) {
      const unloaded = error instanceof PrometheusNotReady ? refusedGroups(error.log) : undefined;
      if (unloaded === undefined) throw error;
      return { pair: await this.pairWith({}), unloaded };
    }
  }

  private async pairWith(rules: Readonly<Record<string, string>>): Promise<Pair> {
    this.count += 1;
    const starts = await Promise.allSettled([this.side('old', rules), this.side('new', rules)]);
    const [old, now] = starts.map((start) => (start.status === 'fulfilled' ? start.value : undefined));
    if (old && now) return { old, new: now };
    await stopAll([old, now].filter((side) => side !== undefined));
    throw starts.find((start) => start.status === 'rejected')?.reason;
  }

  private async side(side: 'old' | 'new', rules: Readonly<Record<string, string>>): Promise<LocalPrometheus> {
    const directory = join(this.directory, `${side}-${this.count}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeExposition(join(directory, 'metrics.txt'), this.expositions[side], side);
    const files = (address: string) => {
      const discovery = { static_configs: [{ targets: [address] }], metrics_path: EXPOSITION_PATH };
      return prometheusFiles({ discovery, intervalSeconds: this.intervalSeconds }, this.request.judged.target, rules);
    };
    return startPrometheus(this.program, { directory, files }, this.reaper);
  }
}

async function stopAll(started: readonly LocalPrometheus[]): Promise<void> {
  await Promise.all(started.map((prometheus) => prometheus.stop()));
}

/** What no rule selects need not be scraped: most families of a large cluster. */
function withMetrics(exposition: MeasuredSurface, metrics: ReadonlySet<string> | undefined): MeasuredSurface {
  if (metrics === undefined || [...metrics].some((name) => name.startsWith('scrape_'))) return exposition;
  const families = new Map([...exposition.families].filter(([name]) => metrics.has(name)));
  const samples = [...families.values()].reduce((sum, family) => sum + family.samples.length, 0);
  const bytes = exposition.samples === 0 ? 0 : Math.round((exposition.bytes * samples) / exposition.samples);
  return { ...exposition, families, samples, bytes };
}
