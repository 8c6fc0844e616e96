import { join } from 'node:path';
import { account } from '../../accounting/account.ts';
import { describe } from '../../accounting/describe.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import { printError } from '../../print.ts';
import { makePrivateDirectory } from '../../private-files.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import { ratioOf } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { reasonsOf } from '../report/groups.ts';
import { GATE_SCHEMA, type GateReport, gateCounts, type PathStep, type PredictionFacts } from '../report/model.ts';
import { readSources } from '../sources.ts';
import { gateVerdict, rejects } from '../verdict.ts';
import { applyWaivers, readWaiverFile, type Waiver } from '../waivers.ts';
import { compareWith, type OldSide, oldSide, type PreviewComparison, unknownFamilies } from './compare.ts';
import type { Evaluate } from './evaluate.ts';
import { type PreviewInputs, readInputs } from './inputs.ts';
import { ALL_RELEASES, type PreviewOptions } from './options.ts';
import { writeExposition } from './predict.ts';

const EXAMPLES = 12;

/**
 * Predicts what both releases expose for the objects, and compares them as the gate does. Nothing is deployed or changed.
 * @param signal aborts the requests to a cluster
 * @throws UsageError for options and files that cannot be used
 */
export async function preview(options: PreviewOptions, signal: AbortSignal): Promise<GateReport> {
  const startedAt = new Date();
  const waivers = readWaiverFile(options.waivers);
  const inputs = await readInputs(options, signal);
  const sources = await readSources(options.sources, inputs.client);
  const old = oldSide(inputs);
  const compared: PreviewComparison[] = [];
  const judgements: Judged[] = [];
  const rules = { sources, given: options.scrape, evaluate: await evaluator(options, sources) };
  for (const release of inputs.candidates) {
    const comparison = await compareWith(release, old, inputs, rules);
    judgements.push(judge(comparison, waivers, startedAt));
    // Only the last one is reported as a whole, and an exposition may be large.
    compared[0] = comparison;
  }
  const [candidate] = compared;
  const last = judgements.at(-1);
  if (!candidate || !last) throw new Error('A preview compares at least one release.');
  if (options.writeExpositions !== undefined) writeBoth(options.writeExpositions, old, candidate);
  const report = reportOf({ options, inputs, old, candidate, judged: last, startedAt });
  if (options.to !== ALL_RELEASES) return report;
  return { ...report, path: pathOf(judgements, report) };
}

/** @throws UsageError when the required Prometheus is not there */
async function evaluator({ prometheus, reports }: PreviewOptions, sources: readonly RuleSource[]): Promise<Evaluate> {
  const kind = sources.some(({ rules }) => rules.length > 0) ? prometheus.kind : 'none';
  // Imported only here: most of it is for Docker.
  const { evaluatorOf } = await import('./evaluate.ts');
  return evaluatorOf({ ...prometheus, kind, reports, note: (line) => printError(`${line}\n`) });
}

/** The differences of a release with the waivers. */
interface Judged extends ReturnType<typeof applyWaivers> {
  readonly release: string;
}

function judge({ release, differences }: PreviewComparison, waivers: readonly Waiver[], today: Date): Judged {
  return { release, ...applyWaivers(differences, waivers, today) };
}

/** The releases, the newest first, each with what rejects it and did not reject the release before it. */
function pathOf(judgements: readonly Judged[], report: GateReport): readonly PathStep[] {
  const steps = judgements.map(({ release, differences }, index): PathStep => {
    const before = new Set(judgements[index - 1]?.differences.filter(rejects).map(({ id }) => id));
    const broken = differences.filter((difference) => rejects(difference) && !before.has(difference.id));
    const reasons = reasonsOf({ ...report, verdict: 'reject', differences: broken });
    return {
      release,
      verdict: gateVerdict(differences),
      counts: gateCounts(differences),
      breaks: reasons.map(({ why, change }) => ({ what: why, ...(change === undefined ? {} : { change }) })),
    };
  });
  return steps.reverse();
}

interface Finished {
  readonly options: PreviewOptions;
  readonly inputs: PreviewInputs;
  readonly old: OldSide;
  readonly candidate: PreviewComparison;
  readonly judged: Judged;
  readonly startedAt: Date;
}

function reportOf({ options, inputs, old, candidate, judged, startedAt }: Finished): GateReport {
  const { notable, scrape, kubernetes } = inputs;
  const { differences, unused, expired } = judged;
  const { release, series, measures, sources } = candidate;
  return {
    schema: GATE_SCHEMA,
    state: 'complete',
    verdict: gateVerdict(differences),
    evidence: 'predicted',
    from: { image: '', version: old.exporter, target: scrape ? `its ${scrape.origin}` : 'predicted from the catalogue' },
    to: { image: '', version: release, target: 'predicted from the catalogue' },
    cluster: {
      kind: options.origin.kind === 'files' ? 'files' : 'kubeconfig',
      image: '',
      kubernetes: kubernetes ?? '',
      nodes: notable.filter(({ kind, apiVersion }) => kind === 'Node' && apiVersion === 'v1').length,
    },
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases: [],
    counts: gateCounts(differences),
    differences,
    waivers: { unused, expired },
    series,
    measures: measures.map((measure) => ({ ...measure, ratio: ratioOf(measure) })),
    sources,
    ...(candidate.scrape && { scrape: candidate.scrape }),
    ...(scrape && { prediction: checkPrediction(inputs, old) }),
    notVerified: [
      ...(candidate.notEvaluated === undefined ? [] : [candidate.notEvaluated]),
      ...notVerified(inputs, old, differences),
    ],
    leftovers: [],
  };
}

/** How the scrape of the old release agrees with what the catalogue predicts for the objects. */
function checkPrediction({ objects, kubernetes }: PreviewInputs, { exporter, options, surface }: OldSide): PredictionFacts {
  const inCluster = { objects, exporter, options, ...(kubernetes !== undefined && { kubernetes }) };
  const accounting = account({ ...inCluster, exposition: surface });
  return {
    samples: accounting.samples,
    agreeing: accounting.explained,
    disagreeing: accounting.differences.length,
    examples: describe(accounting, { limit: EXAMPLES }),
  };
}

const notPredicted =
  'Permissions, endpoints, the metrics about the exporter itself, memory, CPU and the conformance of the candidate are not predicted: npm run gate compares them on a cluster.';

function notVerified(
  { objects, scrape, kubernetes, unread = [] }: PreviewInputs,
  { surface }: OldSide,
  differences: readonly GateDifference[],
): readonly string[] {
  const unknown = scrape ? unknownFamilies(surface).map(({ name }) => name) : [];
  return [
    ...(kubernetes === undefined
      ? [
          'The release of Kubernetes is not known, as the objects hold no Node: every API is taken to be served. Set --kubernetes.',
        ]
      : []),
    ...(unknown.length > 0
      ? [
          `${unknown.length} families of the scrape are not in the catalogue and are taken to stay as they are: ${unknown.slice(0, EXAMPLES).join(', ')}.`,
        ]
      : []),
    ...(unread.length > 0 ? [`Nothing is predicted of ${unread.join(', ')}, which the kubeconfig's user may not list.`] : []),
    ...missingKinds(objects, differences),
    notPredicted,
  ];
}

/** Without a kind, nothing is predicted of its families. */
function missingKinds(objects: ObjectStore, differences: readonly GateDifference[]): readonly string[] {
  const kinds = new Set([...objects.kinds()].map((kind) => kind.split('/')[1]));
  const expected = ['Pod', 'Node', 'Namespace', 'Deployment', 'Service'].filter((kind) => !kinds.has(kind));
  if (expected.length === 0 || differences.some(({ part }) => part === 'start')) return [];
  return [`The objects hold no ${expected.join(', no ')}: nothing is predicted of their families.`];
}

function writeBoth(directory: string, old: OldSide, candidate: PreviewComparison): void {
  makePrivateDirectory(directory);
  writeExposition(join(directory, 'from.metrics.txt'), old.predicted, old.exporter);
  writeExposition(join(directory, 'to.metrics.txt'), candidate.surface, candidate.release);
}
