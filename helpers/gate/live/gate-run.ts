import { Cleanups } from '../../cluster/cleanups.ts';
import type { KubeClient } from '../../kube/client.ts';
import { openReadOnly } from '../../kube/open.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import type { Report } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import {
  didNotComplete,
  type Ending,
  endingOf,
  type FinishedRun,
  writeFinalReport,
  writeInitialReport,
} from '../../run/ending.ts';
import type { Interruption } from '../../run/interruption.ts';
import { openReports } from '../../run/reports-directory.ts';
import { Phases } from '../../run/run-context.ts';
import type { GateOptions } from '../options.ts';
import type { GateReport } from '../report/model.ts';
import { writeGateReports } from '../report/write.ts';
import { readSources } from '../sources.ts';
import { readWaiverFile } from '../waivers.ts';
import { assembleGateReport, type GateOutcome } from './assemble-gate-report.ts';
import type { Compared } from './compare-sides.ts';
import { verifyCandidate } from './conformance.ts';
import { compareOnCluster } from './on-cluster.ts';
import { prepareSides } from './sides.ts';

export interface GateRun {
  readonly id: string;
  readonly options: GateOptions;
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/**
 * A comparison: both exporters in one cluster over the same fixtures, everything compared, all removed, and the report written.
 * Reports that say that the run is not complete replace those of the run before it at once; at the end it removes first, then reports.
 * @throws UsageError when the run is refused; any other failure is in the report
 */
export async function gateRun(run: GateRun): Promise<FinishedRun<GateReport>> {
  const { id, options, output } = run;
  const sources = await readSources(options.sources, await sourceClient(options, run.interruption));
  const waivers = readWaiverFile(options.waivers);
  const { reports } = options.run;
  const directory = openReports(reports, id);
  const phases = new Phases((name) => output.write(`› ${name}\n`));
  const cluster = { kind: options.run.cluster ?? 'k3s', image: '', kubernetes: '', nodes: 0 };
  const outcome: MutableOutcome = { options, waivers, startedAt: new Date(), phases, cluster, leftovers: [] };
  const write = (report: GateReport) => writeGateReports(report, reports);
  try {
    await writeInitialReport(() => write(assembleGateReport(outcome, { state: 'started', reason: didNotComplete })));
    const thrown = await compareAndVerify(run, sources, outcome);
    const report = assembleGateReport(outcome, endingOfGate(thrown, outcome, run.interruption));
    return await writeFinalReport(report, thrown ?? outcome.conformance?.failure ?? run.interruption.crashed, write);
  } finally {
    directory.release();
  }
}

/** A client that only reads, for the cluster whose rules and dashboards are judged; undefined where none is. */
async function sourceClient({ sourceCluster }: GateOptions, { signal }: Interruption): Promise<KubeClient | undefined> {
  return sourceCluster && openReadOnly(sourceCluster.kubeconfig, sourceCluster.context, signal);
}

type MutableOutcome = { -readonly [K in keyof GateOutcome]: GateOutcome[K] };

/**
 * Compares, removes, and verifies the candidate.
 * @param outcome is filled in as it becomes known
 * @returns the error that ended it; undefined when it completed
 */
async function compareAndVerify(run: GateRun, sources: readonly RuleSource[], outcome: MutableOutcome): Promise<unknown> {
  const { id, options, interruption, output } = run;
  const { phases, cluster } = outcome;
  const cleanups = new Cleanups();
  try {
    const prepared = await interruption.orEnd(prepareSides(options, id));
    outcome.prepared = prepared;
    try {
      const compare = compareOnCluster({ id, options, prepared, sources, phases, cluster, output, onCleanup: cleanups.add });
      outcome.compared = await interruption.orEnd(compare);
    } finally {
      outcome.leftovers = await phases.run('removing what the run created', () => cleanups.run());
    }
    outcome.unverified = reasonNotToVerify(options, outcome.compared);
    if (outcome.unverified === undefined) {
      outcome.conformance = await phases.run('verifying the requirements with the candidate', () =>
        verifyCandidate(options, prepared.new, interruption, output),
      );
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A gate whose run of the requirements did not complete did not complete either. */
function endingOfGate(thrown: unknown, { conformance }: GateOutcome, interruption: Interruption): Ending {
  if (thrown !== undefined || conformance === undefined || interruption.crashed) return endingOf(thrown, interruption);
  return endingOfConformance(conformance);
}

function endingOfConformance({ report: { state, reason = didNotComplete }, failure }: FinishedRun<Report>): Ending {
  if (failure) return { state: 'crashed', reason: failure.message };
  return state === 'complete' ? { state } : { state, reason };
}

/** Why the requirements are not verified with the candidate; undefined when they are. */
function reasonNotToVerify({ conformance, run }: GateOptions, { differences }: Compared): string | undefined {
  if (!conformance) return '--no-conformance.';
  if (differences.some(({ part }) => part === 'start')) return 'it does not run.';
  if (run.cluster !== 'kubeconfig') return undefined;
  return 'that requires a cluster of its own, and this one exists: verify it with npm run e2e.';
}
