import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Cleanups } from '../cluster/cleanups.ts';
import { renderInDocker } from '../cluster/render-in-docker.ts';
import { startReaper } from '../cluster/start-reaper.ts';
import { allowedPermissions } from '../kube/access-review.ts';
import { openReadOnly, serverVersion, unavailableGroups } from '../kube/open.ts';
import { makePrivateDirectory } from '../private-files.ts';
import type { Phase, Report } from '../report/model.ts';
import { Progress } from '../report/progress.ts';
import { plural } from '../report/words.ts';
import { writeReports } from '../report/write.ts';
import { readResults } from '../suite/result-file.ts';
import { writeRunState } from '../suite/run-state.ts';
import { assembleReport, unfinishedReport } from './assemble-report.ts';
import { diagnosticsIn } from './diagnostics/paths.ts';
import { type Ending, endingOf, type FinishedRun, writeFinalReport, writeInitialReport } from './ending.ts';
import { Executor } from './executor.ts';
import { type ClusterOfRun, planFor, planWithout } from './plan.ts';
import { keepUnremovedRecord, openReports } from './reports-directory.ts';
import { type ConformanceRun, meetKnownIssues, Phases, type RunContext, stateBeforeInstallation } from './run-context.ts';
import { type TargetOfRun, targetOfRun } from './target-of-run.ts';
import { writeTrace } from './trace.ts';
import { verify } from './verification.ts';
import { verifyRequirements } from './verify-requirements.ts';

/**
 * One run from its start to the report: provides the cluster, installs the exporter and the fixtures, verifies, and removes everything.
 * At its start it replaces the reports of the previous run by reports of a run that did not complete. However it ends, it removes what it
 * created before it writes the final reports.
 * @returns the report and its files, and the error where the suite itself failed
 * @throws UsageError when the run is refused; any other error is in the report
 */
export async function conformanceRun(run: ConformanceRun): Promise<FinishedRun<Report>> {
  const { options, id } = run;
  const startedAt = new Date();
  const directory = openReports(options.reports, id);
  const steps: Phase[] = [];
  const write = async (report: Report) => {
    const written = await writeReports(report, options.reports);
    if (options.trace === undefined) return written;
    const results = report.state === 'started' ? [] : readResults(runDirectoryIn(options.reports));
    const traced = { report, steps, declared: run.declared, results, processStartedAt: performance.timeOrigin };
    return [...written, writeTrace(options.trace, traced)];
  };
  try {
    await writeInitialReport(() => write(unfinishedReport({ ...run, startedAt }, { state: 'started' })));
    const { report, thrown } = await runAndCleanUp(run, startedAt, steps);
    return await writeFinalReport(report, thrown, write);
  } finally {
    directory.release();
  }
}

interface End {
  readonly report: Report;
  /** The error that ended the run early. */
  readonly thrown: unknown;
}

/** Runs, removes what the run has created, and assembles the report. */
async function runAndCleanUp(run: ConformanceRun, startedAt: Date, steps: Phase[]): Promise<End> {
  const { declared, options, interruption } = run;
  const cleanups = new Cleanups();
  let setup: Setup | undefined;
  let thrown: unknown;
  try {
    setup = await interruption.orEnd(prepare(run, steps));
    const context = { run, reaper: startReaper(setup.directory), ...setup };
    const { add: onCleanup } = cleanups;
    await interruption.orEnd(setup.subject.audit ? verifyAudit(context) : verifyRequirements({ ...context, onCleanup }));
  } catch (error) {
    thrown = error;
  }
  let ending = endingOf(thrown, interruption);
  if (setup === undefined) return { report: unfinishedReport({ ...run, startedAt }, ending), thrown };
  const leftovers = cleanups.isEmpty ? [] : await setup.phases.run('removing what the run created', () => cleanups.run());
  clearInterval(setup.ticking);
  setup.progress.end();
  // A signal during the removal changes nothing; a crash does.
  thrown ??= interruption.crashed;
  if (ending.state === 'complete' && ending.infrastructure === undefined) ending = endingOf(interruption.crashed, interruption);
  if (ending.state === 'complete' && ending.infrastructure === undefined && leftovers.length > 0) {
    ending = { ...ending, infrastructure: `The cluster did not let the run remove ${plural(leftovers.length, 'object')}.` };
  }
  const { subject, directory, cluster, phases } = setup;
  const diagnostics = existsSync(diagnosticsIn(options.reports)) ? diagnosticsIn(options.reports) : undefined;
  try {
    const known = { declared, subject, directory, cluster, phases: phases.list(), leftovers, startedAt, diagnostics };
    return { report: assembleReport({ ...known, ending }), thrown };
  } catch (error) {
    // The results themselves cannot be read.
    const unreadable: Ending = ending.state === 'complete' ? endingOf(error, interruption) : ending;
    return { report: unfinishedReport({ ...run, startedAt }, unreadable, leftovers), thrown: thrown ?? error };
  }
}

/** Where a run's state and results go, as an absolute path. */
const runDirectoryIn = (reports: string) => resolve(reports, 'run');

interface Setup extends Pick<RunContext, 'subject' | 'directory' | 'phases' | 'progress' | 'cluster'> {
  readonly ticking: NodeJS.Timeout;
}

/** Determines what is under test, and empties the run's directory. */
async function prepare({ id, options, declared, interruption, output }: ConformanceRun, steps: Phase[]): Promise<Setup> {
  const render = (path: string) => renderInDocker(path, { image: options.k3sImage, run: id });
  const subject: TargetOfRun = await targetOfRun(options, interruption.signal, render);
  const directory = runDirectoryIn(options.reports);
  const unremoved = keepUnremovedRecord(directory, options.reports);
  for (const old of [directory, diagnosticsIn(options.reports)]) rmSync(old, { recursive: true, force: true });
  makePrivateDirectory(directory);
  const kind = options.cluster ?? 'k3s';
  const cluster: ClusterOfRun = { kind, image: '', kubernetes: '', nodes: 0, plan: planWithout(declared, options, subject) };
  const evidence = kind === 'simulated' ? 'simulated' : 'live';
  const progress = new Progress(output, { evidence, total: cluster.plan.selected.length, now: () => performance.now() });
  if (unremoved !== undefined) progress.note(unremoved);
  const phases = new Phases((name) => progress.phase(name), steps);
  return { subject, directory, cluster, progress, phases, ticking: setInterval(() => progress.tick(), 1000) };
}

/** How many spec files are executed at the same time: somebody else's cluster has other things to do. */
const parallelFiles = 3;

const listNodes = { verb: 'list', group: '', resource: 'nodes' };

/**
 * Verifies of a deployed exporter what can be verified by reading. Nothing is created, so that there is nothing to clean up, and no
 * diagnostics are collected: the caller has the cluster, and may lack the rights.
 */
async function verifyAudit({
  run,
  subject,
  directory,
  progress,
  phases,
  cluster,
  reaper,
}: Omit<RunContext, 'onCleanup'>): Promise<void> {
  const { options, declared, id, interruption } = run;
  const { signal } = interruption;
  const { kubeconfig = '', context } = options;
  const { facts, missing = [], others } = subject.audit ?? {};
  if (others !== undefined) progress.note(others);
  for (const right of missing) progress.note(`what needs this is skipped, as you may not: ${right}`);
  const client = await openReadOnly(kubeconfig, context, signal);
  for (const sentence of unavailableGroups(client)) progress.note(sentence);
  cluster.kubernetes = await serverVersion(client);
  cluster.nodes =
    (await allowedPermissions(client, [listNodes])).length > 0
      ? (await client.list({ apiVersion: 'v1', kind: 'Node' })).length
      : 0;
  cluster.plan = planFor(client, declared, options, subject);
  await meetKnownIssues({ subject, cluster, progress }, client);
  const connection = { client, kubeconfig, ...(context === undefined ? {} : { context }) };
  writeRunState({
    ...stateBeforeInstallation({ id, directory, options, subject, cluster, connection }),
    installation: { refused: [], deniedBeforeDeployment: [] },
    audit: { unreadable: [...(facts?.unreadable ?? [])] },
  });
  const executor = new Executor(directory, reaper, cluster.plan.selected);
  const stop = () => executor.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await verify({ run, directory, phases, progress, cluster }, executor, parallelFiles, 'examining what is deployed');
  } finally {
    executor.stop();
  }
}
