import { Cleanups } from '../../cluster/undos.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
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
import { readAllRules, readWaiverFile } from '../files.ts';
import type { GateOptions } from '../options.ts';
import type { GateReport } from '../report/model.ts';
import { writeGateReports } from '../report/write.ts';
import { assembleGateReport, type GateOutcome } from './assemble-gate-report.ts';
import type { Compared } from './compare-sides.ts';
import { verifyCandidate } from './conformance.ts';
import { compareOnCluster } from './on-cluster.ts';
import { prepareSides } from './prepare.ts';

export interface GateRun {
  readonly id: string;
  readonly options: GateOptions;
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/**
 * One comparison from nothing to the report: both exporters in one cluster over the same fixtures, everything compared, all removed.
 * Its reports replace those of the run before it at once, as not complete; every way out removes first, and reports then.
 * @throws UsageError when the run is refused; whatever else happens is in the report
 */
export async function gateRun(run: GateRun): Promise<FinishedRun<GateReport>> {
  const { id, options, output } = run;
  const rules = readAllRules(options.rules, options.dashboards);
  const waivers = readWaiverFile(options.waivers);
  const { reports } = options.run;
  const directory = openReports(reports, id);
  const phases = new Phases((name) => output.write(`› ${name}\n`));
  const cluster = { kind: options.run.cluster ?? 'k3s', image: '', kubernetes: '', nodes: 0 };
  const outcome: MutableOutcome = { options, waivers, startedAt: new Date(), phases, cluster, leftovers: [] };
  const write = (report: GateReport) => writeGateReports(report, reports);
  try {
    await writeInitialReport(() => write(assembleGateReport(outcome, { state: 'started', reason: didNotComplete })));
    const thrown = await compareAndVerify(run, rules, outcome);
    const report = assembleGateReport(outcome, endingOfGate(thrown, outcome, run.interruption));
    return await writeFinalReport(report, thrown ?? outcome.conformance?.failure ?? run.interruption.crashed, write);
  } finally {
    directory.release();
  }
}

type MutableOutcome = { -readonly [K in keyof GateOutcome]: GateOutcome[K] };

/**
 * Compares, removes, and verifies the candidate.
 * @param outcome is filled in as it becomes known
 * @returns what ended it before its time
 */
async function compareAndVerify(run: GateRun, rules: readonly Rule[], outcome: MutableOutcome): Promise<unknown> {
  const { id, options, interruption, output } = run;
  const { phases, cluster } = outcome;
  const undos = new Cleanups();
  try {
    const prepared = await interruption.orEnd(prepareSides(options, id));
    outcome.prepared = prepared;
    try {
      const compare = compareOnCluster({ id, options, prepared, rules, phases, cluster, output, onCleanup: undos.add });
      outcome.compared = await interruption.orEnd(compare);
    } finally {
      outcome.leftovers = await phases.run('removing what the run created', () => undos.undo());
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

/** A run of the requirements that did not come to its end is one of the gate that did not, either. */
function endingOfGate(thrown: unknown, { conformance }: GateOutcome, interruption: Interruption): Ending {
  if (thrown !== undefined || conformance === undefined || interruption.crashed) return endingOf(thrown, interruption);
  return endingOfConformance(conformance);
}

function endingOfConformance({ report: { state, reason = didNotComplete }, failure }: FinishedRun<Report>): Ending {
  if (failure) return { state: 'crashed', reason: failure.message };
  return state === 'complete' ? { state } : { state, reason };
}

/** Why the candidate is not held against the requirements; undefined where it is. */
function reasonNotToVerify({ conformance, run }: GateOptions, { differences }: Compared): string | undefined {
  if (!conformance) return '--no-conformance.';
  if (differences.some(({ part }) => part === 'start')) return 'it does not run.';
  if (run.cluster !== 'kubeconfig') return undefined;
  return 'it takes a cluster of its own, and this one exists: verify it with npm run e2e.';
}
