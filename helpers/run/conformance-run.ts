import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Cleanups } from '../cluster/cleanups.ts';
import { renderInDocker } from '../cluster/render-in-docker.ts';
import { startReaper } from '../cluster/start-reaper.ts';
import { makePrivateDirectory } from '../private-files.ts';
import type { Report } from '../report/model.ts';
import { Progress } from '../report/progress.ts';
import { plural } from '../report/words.ts';
import { writeReports } from '../report/write.ts';
import { assembleReport } from './assemble-report.ts';
import { diagnosticsIn } from './diagnostics/look-at.ts';
import { type Ended, writeFirst, writeLast } from './ended.ts';
import { type Ending, endingOf } from './ending.ts';
import { keepUnremovedRecord } from './kept-records.ts';
import { Phases } from './phases.ts';
import { type ClusterOfRun, planWithout } from './plan-of-run.ts';
import { openReports } from './reports-directory.ts';
import { type TargetOfRun, targetOfRun } from './target-of-run.ts';
import { unfinishedReport } from './unfinished-report.ts';
import { verifyAudit } from './verify-audit.ts';
import { verifyRequirements } from './verify-requirements.ts';
import type { ConformanceRun, Work } from './work.ts';

/**
 * One run from nothing to the report: provides the cluster, installs the exporter over the fixtures, verifies, removes everything.
 * Its reports replace those of the run before it at once, as not complete; every way out removes first, and reports then.
 * @throws UsageError when the run is refused; whatever else happens is in the report
 */
export async function conformanceRun(run: ConformanceRun): Promise<Ended<Report>> {
  const { options, id } = run;
  const startedAt = new Date();
  const directory = openReports(options.reports, id);
  const write = (report: Report) => writeReports(report, options.reports);
  try {
    await writeFirst(() => write(unfinishedReport({ ...run, startedAt }, { state: 'started' })));
    const { report, thrown } = await runToTheEnd(run, startedAt);
    return await writeLast(report, thrown, write);
  } finally {
    directory.release();
  }
}

interface End {
  readonly report: Report;
  /** What ended the run before its time. */
  readonly thrown: unknown;
}

/** Runs, removes what the run has created, and assembles the report. */
async function runToTheEnd(run: ConformanceRun, startedAt: Date): Promise<End> {
  const { declared, options, interruption } = run;
  const cleanups = new Cleanups();
  let set: SetUp | undefined;
  let thrown: unknown;
  try {
    set = await interruption.orEnd(setUp(run));
    const work = { run, reaper: startReaper(set.directory), ...set };
    await interruption.orEnd(set.under.audit ? verifyAudit(work) : verifyRequirements({ ...work, onCleanup: cleanups.add }));
  } catch (error) {
    thrown = error;
  }
  let ending = endingOf(thrown, interruption);
  if (set === undefined) return { report: unfinishedReport({ ...run, startedAt }, ending), thrown };
  const leftovers = cleanups.isEmpty ? [] : await set.phases.run('removing what the run created', () => cleanups.run());
  clearInterval(set.ticking);
  set.progress.end();
  // A signal while all is being removed changes nothing any more; a crash does.
  thrown ??= interruption.crashed;
  if (ending.state === 'complete' && ending.infrastructure === undefined) ending = endingOf(interruption.crashed, interruption);
  if (ending.state === 'complete' && ending.infrastructure === undefined && leftovers.length > 0) {
    ending = { ...ending, infrastructure: `The cluster did not let the run remove ${plural(leftovers.length, 'object')}.` };
  }
  const { under, directory, cluster, phases } = set;
  const diagnostics = existsSync(diagnosticsIn(options.reports)) ? diagnosticsIn(options.reports) : undefined;
  try {
    const known = { declared, under, directory, cluster, phases: phases.list(), leftovers, startedAt, diagnostics };
    return { report: assembleReport({ ...known, ending }), thrown };
  } catch (error) {
    // The results themselves cannot be read.
    const unreadable: Ending = ending.state === 'complete' ? endingOf(error, interruption) : ending;
    return { report: unfinishedReport({ ...run, startedAt }, unreadable, leftovers), thrown: thrown ?? error };
  }
}

interface SetUp extends Pick<Work, 'under' | 'directory' | 'phases' | 'progress' | 'cluster'> {
  readonly ticking: NodeJS.Timeout;
}

/** Finds what is under test, and makes room for what the run writes down. */
async function setUp({ id, options, declared, interruption, output }: ConformanceRun): Promise<SetUp> {
  const render = (path: string) => renderInDocker(path, { image: options.k3sImage, run: id });
  const under: TargetOfRun = await targetOfRun(options, interruption.signal, render);
  const directory = resolve(options.reports, 'run');
  const unremoved = keepUnremovedRecord(directory, options.reports);
  for (const old of [directory, diagnosticsIn(options.reports)]) rmSync(old, { recursive: true, force: true });
  makePrivateDirectory(directory);
  const kind = options.cluster ?? 'k3s';
  const cluster: ClusterOfRun = { kind, image: '', kubernetes: '', nodes: 0, plan: planWithout(declared, options, under) };
  const evidence = kind === 'simulated' ? 'simulated' : 'live';
  const progress = new Progress(output, { evidence, total: cluster.plan.selected.length, now: () => performance.now() });
  if (unremoved !== undefined) progress.note(unremoved);
  const phases = new Phases((name) => progress.phase(name));
  return { under, directory, cluster, progress, phases, ticking: setInterval(() => progress.tick(), 1000) };
}
