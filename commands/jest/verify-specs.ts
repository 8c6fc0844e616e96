import { newRunId } from '../../helpers/kube/run-label.ts';
import { printError } from '../../helpers/print.ts';
import { printable } from '../../helpers/printable.ts';
import type { Report, RequirementResult } from '../../helpers/report/model.ts';
import { exitCodeOf } from '../../helpers/report/verdict.ts';
import { failureParts } from '../../helpers/report/words.ts';
import { withCluster } from '../../helpers/run/choose-cluster.ts';
import { conformanceRun } from '../../helpers/run/conformance-run.ts';
import { parseOptions } from '../../helpers/run/options.ts';
import { type DeclaredRequirement, declaredRequirements } from '../../helpers/suite/declared.ts';
import { idsToOnly, selectTests, titleOf } from '../../helpers/suite/selection.ts';
import { runToExit } from '../command.ts';

/** What jest has selected, as JSON in the first argument. */
export interface SpecOrder {
  /** Spec files, relative to the project's root. */
  readonly files: readonly string[];
  /** The pattern of `-t`; empty for none. */
  readonly pattern: string;
  readonly bail: boolean;
}

/** What became of the requirement of a selected file. */
export interface SpecResult {
  readonly file: string;
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'pending';
  readonly durationMs: number;
  /** Of a failure: expected, actual, and the file to open; a line each. */
  readonly message?: string;
}

// One conformance run with what jest has selected, and the options of the environment. It is a process of its own so that a watch that
// runs again reads the specs again, and so that what the run created is removed whatever becomes of jest.
await runToExit(async ([order = ''], interruption) => {
  const { files, pattern, bail } = JSON.parse(order) as SpecOrder;
  const declared = await declaredRequirements();
  const { inFiles, selected } = selectTests(declared, files, pattern);
  if (inFiles.length === 0) throw new Error(`No requirement is declared in ${files.join(', ')}.`);
  if (selected.length === 0) {
    await send(inFiles.map((requirement) => ({ ...placeOf(requirement), status: 'pending', durationMs: 0 })));
    return 0;
  }
  const parsed = parseOptions([]);
  const options = await withCluster({ ...parsed, only: idsToOnly(selected, declared), bail }, printError);
  interruption.listen((line) => printError(`${line}\n`));
  // Jest is gone, by Ctrl-C in a watch or by `kill -9`.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const output = { write: printError };
  const { report, failure } = await conformanceRun({ id: newRunId(), options, declared, interruption, output });
  if (report.verdict === 'infrastructure' || report.state !== 'complete') printError(`${report.reason}\n`);
  if (report.leftovers.length > 0) printError(`Not removed:\n${report.leftovers.map((name) => `  ${name}\n`).join('')}`);
  const chosen = new Set(selected.map(({ id }) => id));
  const outcomes = new Map(report.requirements.filter(({ id }) => chosen.has(id)).map((result) => [result.id, result]));
  const results = inFiles.map((requirement) => {
    const outcome = outcomes.get(requirement.id);
    return { ...placeOf(requirement), durationMs: outcome?.durationMs ?? 0, ...verdictFor(outcome, report) };
  });
  await send(results);
  if ([...outcomes.values()].every(({ status }) => status === 'not-applicable')) printError(noneApplies([...outcomes.values()]));
  if (failure) throw failure;
  return interruption.exitCode ?? exitCodeOf(report);
});

function placeOf(requirement: DeclaredRequirement): Pick<SpecResult, 'file' | 'title'> {
  return { file: requirement.file, title: titleOf(requirement) };
}

/** Why no requirement of the selection was verified, a line each. */
function noneApplies(outcomes: readonly RequirementResult[]): string {
  const lines = outcomes.map(({ id, reason = 'not applicable' }) => `  ${id}: ${printable(reason)}\n`);
  return `Nothing was verified, as no selected requirement applies to what is under test:\n${lines.join('')}`;
}

/**
 * Whether a requirement passed as a test. A `should` that fails is no failure of the run, so that it is none of jest's: it is shown in
 * the progress and in the reports.
 */
function verdictFor(result: RequirementResult | undefined, report: Report): Pick<SpecResult, 'status' | 'message'> {
  if (result === undefined || result.status === 'not-applicable') return { status: 'pending' };
  if (result.status === 'passed' || result.status === 'known-issue') return { status: 'passed' };
  if (result.status === 'failed') {
    if (result.level === 'should') return { status: 'pending' };
    return { status: 'failed', message: linesOf([...failureParts(result), { label: 'source', text: result.source }]) };
  }
  const isExplained = report.requirements.some(({ status, level }) => status === 'failed' && level === 'must');
  if (isExplained) return { status: 'pending' };
  const reason = { label: 'reason', text: report.reason ?? 'The run did not complete.' };
  return { status: 'failed', message: linesOf([{ label: 'skipped', text: result.reason ?? '' }, reason]) };
}

function linesOf(parts: readonly { readonly label: string; readonly text: string }[]): string {
  const column = Math.max(...parts.map(({ label }) => label.length));
  return parts
    .flatMap(({ label, text }) =>
      text.split('\n').map((line, index) => `${(index === 0 ? label : '').padEnd(column)}  ${printable(line)}`),
    )
    .join('\n');
}

function send(results: readonly SpecResult[]): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) reject(new Error('Jest starts this program; it is no command.'));
    else process.send(results, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
