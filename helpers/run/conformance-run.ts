import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { provideCluster, type Undo } from '../cluster/provide.ts';
import { waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import type { Options } from '../config.ts';
import { UsageError } from '../errors.ts';
import { openCluster, serverVersion } from '../kube/open.ts';
import type { Report } from '../report/model.ts';
import type { DeclaredRequirement } from '../requirement/declared.ts';
import { formatVersion } from '../version.ts';
import { assembleReport, type RunOutcome } from './assemble-report.ts';
import { applyFixtures } from './fixtures.ts';
import { install } from './install.ts';
import type { Interruption } from './interruption.ts';
import { Phases } from './phases.ts';
import { type Plan, planRun } from './plan.ts';
import { servedReads } from './reads.ts';
import { removeObjects } from './remove-objects.ts';
import { runSpecs } from './run-specs.ts';
import { writeRunState } from './run-state.ts';
import { type TargetOfRun, targetOfRun } from './target-of-run.ts';

export interface ConformanceRun {
  /** The run's id. */
  readonly id: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  readonly interruption: Interruption;
  tell(line: string): void;
}

/** How many spec files are verified at once: they mostly wait for the cluster. */
const parallelSpecs = 5;

/**
 * One run from nothing to the report: provides the cluster, installs the exporter over the fixtures, verifies, removes everything.
 * @throws UsageError before anything was started; whatever happens later is in the report
 */
export async function conformanceRun(run: ConformanceRun): Promise<Report> {
  const { options, declared } = run;
  const startedAt = new Date();
  const under = await targetOfRun(options);
  const directory = resolve(options.reports, 'run');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const phases = new Phases((line) => run.tell(line));
  const plan = planRun(declared, options.only, {
    profile: under.profile,
    documented: under.documented,
    facts: {
      clusterKind: options.cluster ?? 'k3s',
      agents: options.agents,
      exporterVersion: formatVersion(under.target.version),
      imageGiven: options.image !== undefined,
    },
  });
  const cluster: Mutable<RunOutcome['cluster']> = { kind: options.cluster ?? 'k3s', image: '', kubernetes: '', nodes: 0 };
  const undos: Undo[] = [];
  let infrastructure: string | undefined;
  try {
    const work = verify({ run, under, plan, directory, phases, cluster, onUndo: (undo) => undos.unshift(undo) });
    await run.interruption.orEnd(work);
  } catch (error) {
    if (error instanceof UsageError) {
      await undoAll(undos);
      throw error;
    }
    infrastructure = (error as Error).message;
  }
  const leftovers = await phases.run('clean-up', () => undoAll(undos));
  return assembleReport({
    declared,
    plan,
    under,
    directory,
    cluster,
    phases: phases.list(),
    leftovers,
    infrastructure,
    startedAt,
  });
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Work {
  readonly run: ConformanceRun;
  readonly under: TargetOfRun;
  readonly plan: Plan;
  readonly directory: string;
  readonly phases: Phases;
  /** Filled in as it becomes known. */
  readonly cluster: Mutable<RunOutcome['cluster']>;
  onUndo(undo: Undo): void;
}

async function verify({ run, under, plan, directory, phases, cluster, onUndo }: Work): Promise<void> {
  const { id, options, interruption } = run;
  const { target, profile } = under;
  const provided = await phases.run('cluster', () =>
    provideCluster({ run: id, options, profile, images: [target.image, options.workloadImage], directory }, onUndo),
  );
  const client = await openCluster(provided.kubeconfig, provided.context);
  if (options.keep || cluster.kind === 'kubeconfig') onUndo({ what: 'objects', undo: () => removeObjects(client, id) });
  cluster.image = provided.image;
  cluster.kubernetes = await serverVersion(client);
  cluster.nodes = provided.nodes;

  const installation = await phases.run('installation', async () => {
    await waitForNodes(client, provided.nodes);
    const { taint } = profile.cluster;
    const coreDns = waitForCoreDns(client, taint && { operator: 'Exists', effect: taint.effect });
    const [installed] = await Promise.all([
      install(client, target, {
        run: id,
        reads: servedReads(target, client.mapper),
        before: () => applyFixtures(client, { run: id, options, profile }),
      }),
      coreDns,
    ]);
    return installed;
  });

  writeRunState({
    id,
    directory,
    clusterKind: cluster.kind,
    agents: options.agents,
    kubeconfig: provided.kubeconfig,
    ...(provided.context === undefined ? {} : { context: provided.context }),
    kubernetes: cluster.kubernetes,
    apiResources: client.mapper.resources,
    profile: profile.name,
    manifests: target.objects,
    targetName: target.name,
    workloadImage: options.workloadImage,
    prometheusImage: options.prometheusImage,
    selected: plan.selected.map((requirement) => requirement.id),
    installation,
  });

  const specs = { directory, bail: options.bail, signal: interruption.signal };
  const files = (alone: boolean) => [...new Set(plan.selected.filter((one) => one.alone === alone).map(({ file }) => file))];
  await phases.run('requirements', () => runSpecs({ ...specs, files: files(false), workers: parallelSpecs }));
  await phases.run('requirements that run alone', () => runSpecs({ ...specs, files: files(true), workers: 1 }));
}

async function undoAll(undos: readonly Undo[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const { undo } of undos) left.push(...(await undo()));
  return left;
}
