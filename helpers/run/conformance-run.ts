import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderWithDocker } from '../cluster/render-with-docker.ts';
import { startReaper } from '../cluster/start-reaper.ts';
import { Undos } from '../cluster/undos.ts';
import type { Options } from '../config.ts';
import { diagnosticsIn } from '../diagnostics/look-at.ts';
import { InfrastructureError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { Report } from '../report/model.ts';
import { Progress, type ProgressOutput } from '../report/progress.ts';
import type { DeclaredRequirement } from '../requirement/declared.ts';
import { assembleReport } from './assemble-report.ts';
import type { Interruption } from './interruption.ts';
import { keepUnremovedRecord } from './kept-records.ts';
import { Phases } from './phases.ts';
import { type ClusterOfRun, planWithout } from './plan-of-run.ts';
import { targetOfRun } from './target-of-run.ts';
import { verifyAudit } from './verify-audit.ts';
import { verifyRequirements } from './verify-requirements.ts';

export interface ConformanceRun {
  /** The run's id. */
  readonly id: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/**
 * One run from nothing to the report: provides the cluster, installs the exporter over the fixtures, verifies, removes everything.
 * @throws UsageError before anything was started; whatever happens later is in the report
 */
export async function conformanceRun(run: ConformanceRun): Promise<Report> {
  const { options, declared, output, interruption } = run;
  const startedAt = new Date();
  const under = await targetOfRun(options, (path) => renderWithDocker(path, { image: options.k3sImage, run: run.id }));
  const directory = resolve(options.reports, 'run');
  const unremoved = keepUnremovedRecord(directory, options.reports);
  for (const old of [directory, diagnosticsIn(options.reports)]) rmSync(old, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });

  const kind = options.cluster ?? 'k3s';
  const cluster: ClusterOfRun = { kind, image: '', kubernetes: '', nodes: 0, plan: planWithout(declared, options, under) };
  const evidence = kind === 'simulated' ? 'simulated' : 'live';
  const progress = new Progress(output, { evidence, total: cluster.plan.selected.length, now: () => performance.now() });
  if (unremoved !== undefined) progress.note(unremoved);
  const phases = new Phases((name) => progress.phase(name));
  const undos = new Undos();
  const ticking = setInterval(() => progress.tick(), 1000);
  let infrastructure: string | undefined;
  try {
    const work = { run, under, directory, phases, progress, cluster, reaper: startReaper() };
    await interruption.orEnd(under.audit ? verifyAudit(work) : verifyRequirements({ ...work, onUndo: undos.add }));
  } catch (error) {
    if (!isOfTheCluster(error) && !interruption.signal.aborted) {
      await undos.undo();
      throw error;
    }
    infrastructure = (error as Error).message;
  }
  const leftovers = undos.isEmpty ? [] : await phases.run('removing what the run created', () => undos.undo());
  clearInterval(ticking);
  progress.end();
  const diagnostics = existsSync(diagnosticsIn(options.reports)) ? diagnosticsIn(options.reports) : undefined;
  return assembleReport({
    declared,
    under,
    directory,
    cluster,
    phases: phases.list(),
    leftovers,
    infrastructure,
    startedAt,
    diagnostics,
  });
}

/** Whether it is the cluster that failed; what else is thrown is bad usage, or a fault of the suite that must be seen as one. */
function isOfTheCluster(error: unknown): boolean {
  return error instanceof InfrastructureError || error instanceof ApiError;
}
