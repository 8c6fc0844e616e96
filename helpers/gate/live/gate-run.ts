import { Undos } from '../../cluster/undos.ts';
import { SuiteError, UsageError } from '../../errors.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import type { Rule } from '../../rules/rule.ts';
import type { EndedRun } from '../../run/conformance-run.ts';
import { asError, didNotComplete, type Ending, endingOf } from '../../run/ending.ts';
import type { Interruption } from '../../run/interruption.ts';
import { Phases } from '../../run/phases.ts';
import { openReports } from '../../run/reports-directory.ts';
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

/** A comparison that has ended, however it did. */
export interface EndedGate {
  readonly report: GateReport;
  /** The paths of the report's files. */
  readonly written: readonly string[];
  /** Why the suite itself failed: a crash, or reports that could not be written; then they say that the run did not complete. */
  readonly failure?: Error;
}

/**
 * One comparison from nothing to the report: both exporters in one cluster over the same fixtures, everything compared, all removed.
 * Its reports replace those of the run before it at once, as not complete; every way out removes first, and reports then.
 * @throws UsageError when the run is refused; whatever else happens is in the report
 */
export async function gateRun(run: GateRun): Promise<EndedGate> {
  const { id, options, output } = run;
  const rules = readAllRules(options.rules, options.dashboards);
  const waivers = readWaiverFile(options.waivers);
  const { reports } = options.run;
  const directory = openReports(reports, id);
  const phases = new Phases((name) => output.write(`› ${name}\n`));
  const cluster = { kind: options.run.cluster ?? 'k3s', image: '', kubernetes: '', nodes: 0 };
  const outcome: MutableOutcome = { options, waivers, startedAt: new Date(), phases, cluster, leftovers: [] };
  try {
    const started: Ending = { state: 'started', reason: didNotComplete };
    await writeGateReports(assembleGateReport(outcome, started), reports).catch((error: Error) => {
      throw new UsageError(`The reports cannot be written: ${error.message}. Name another directory with --reports.`);
    });
    const thrown = await compareAndVerify(run, rules, outcome);
    const ending = endingOfGate(thrown, outcome, run.interruption);
    const report = assembleGateReport(outcome, ending);
    const crash = ending.state === 'crashed' ? { failure: asError(thrown ?? outcome.conformance?.failure ?? run.interruption.crashed) } : {};
    try {
      const written = await writeGateReports(report, reports);
      if (thrown instanceof UsageError) throw thrown;
      return { report, written, ...crash };
    } catch (error) {
      if (error === thrown) throw error;
      const failure = new SuiteError(`The reports cannot be written: ${asError(error).message}. They say that the run did not complete.`);
      return { report, written: [], failure, ...crash };
    }
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
  const undos = new Undos();
  try {
    const prepared = await interruption.orEnd(prepareSides(options, id));
    outcome.prepared = prepared;
    try {
      const compare = compareOnCluster({ id, options, prepared, rules, phases, cluster, output, onUndo: undos.add });
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

function endingOfConformance({ report: { state, reason = didNotComplete }, failure }: EndedRun): Ending {
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
