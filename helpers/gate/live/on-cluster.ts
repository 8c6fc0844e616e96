import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { startReaper } from '../../cluster/start-reaper.ts';
import type { Cleanup } from '../../cluster/undos.ts';
import { InfrastructureError } from '../../errors.ts';
import { profiles } from '../../exporter/profile.ts';
import { RequirementFailure } from '../../failure.ts';
import { ApiError } from '../../kube/api-error.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import type { ClusterFacts } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import { keepUnremovedRecord } from '../../run/kept-records.ts';
import { openProvided } from '../../run/open-provided.ts';
import type { Phases } from '../../run/run-context.ts';
import type { GateOptions } from '../options.ts';
import { type Compared, type CompareRequest, compareSides } from './compare-sides.ts';
import { installSides } from './install-sides.ts';
import type { PreparedSide } from './prepare.ts';
import type { Sides } from './readings.ts';
import { endedDifference } from './start.ts';

export type MutableClusterFacts = { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] };

export interface OnCluster {
  /** The run's id. */
  readonly id: string;
  readonly options: GateOptions;
  readonly prepared: Sides<PreparedSide>;
  readonly rules: readonly Rule[];
  readonly phases: Phases;
  /** Filled in as it becomes known. */
  readonly cluster: MutableClusterFacts;
  readonly output: ProgressOutput;
  onCleanup(undo: Cleanup): void;
}

/**
 * Both exporters in one cluster, compared.
 * @throws InfrastructureError when the cluster or the old release fails
 */
export async function compareOnCluster(request: OnCluster): Promise<Compared> {
  const { id, options, prepared, rules, phases, cluster, output, onCleanup } = request;
  const { workloadImage, prometheusImage } = options.run;
  const directory = resolve(options.run.reports, 'gate-run');
  const unremoved = keepUnremovedRecord(directory, options.run.reports);
  if (unremoved !== undefined) output.write(`  ${unremoved}\n`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const prometheus = rules.length > 0 ? prometheusImage : undefined;
  const profile = profiles.standard;
  const images = [
    prepared.old.target.image,
    prepared.new.target.image,
    workloadImage,
    ...(prometheus === undefined ? [] : [prometheus]),
  ];
  const opened = await phases.run('booting the cluster', () =>
    openProvided({ run: id, options: options.run, profile, images, directory, reaper: startReaper(directory) }, onCleanup),
  );
  const { client, objects, image, kubernetes, nodes } = opened;
  Object.assign(cluster, { image, kubernetes, nodes });
  const run = { id, clusterKind: cluster.kind, kubernetes, workloadImage };
  const namespace = `conformance-${id}-gate`;
  const { domain } = profile.cluster;
  const installed = await phases.run('installing both exporters', () =>
    installSides(opened, {
      run,
      prepared,
      domain,
      prometheusImage: prometheus,
      namespace,
      warn: (sentence) => output.write(`  ${sentence}\n`),
    }),
  );
  if ('refused' in installed) {
    output.write('  the candidate does not start\n');
    return { differences: installed.refused, measures: [], series: [] };
  }
  const { sides, prometheus: scraping, refusedPods } = installed;
  for (const sentence of Object.values(refusedPods)) output.write(`  ${sentence}\n`);
  return compareWhileBothRun({
    client,
    objects,
    run: { ...run, refusedPods },
    sides,
    prometheus: scraping,
    rules,
    options,
    namespace,
    phases,
  });
}

/** A candidate that ends while it is compared is a reason of its own; whatever else keeps the comparison from its end is the cluster's. */
async function compareWhileBothRun(request: CompareRequest): Promise<Compared> {
  try {
    const compared = await compareSides(request);
    const ended = await endedDifference(request.client, request.sides.new.target);
    return ended ? { ...compared, differences: [ended, ...compared.differences] } : compared;
  } catch (error) {
    if (!(error instanceof RequirementFailure || error instanceof ApiError)) throw error;
    const ended = await endedDifference(request.client, request.sides.new.target);
    if (ended) return { differences: [ended], measures: [], series: [] };
    throw new InfrastructureError(`The comparison did not come to its end: ${error.message}`);
  }
}
