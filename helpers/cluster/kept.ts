import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Profile } from '../exporter/profile.ts';
import { writePrivately } from '../private-files.ts';
import { type Docker, isRunning } from './docker.ts';
import type { CopiedImages } from './import-images.ts';
import { formatTaint } from './taint.ts';

/** A cluster that a run has left for the next one. */
export interface KeptCluster {
  /** The run that booted it, whose label its containers carry. */
  readonly run: string;
  readonly image: string;
  readonly agents: number;
  readonly taint?: string;
  readonly domain: string;
  /** What its nodes need not pull. */
  readonly images: CopiedImages;
}

const descriptionIn = (reports: string) => join(reports, 'kept-cluster.json');

/** Where the kubeconfig of a kept cluster is. */
export const keptKubeconfig = (reports: string) => join(reports, 'kubeconfig');

/** Leaves what the next run needs to find the cluster, and a kubeconfig that its owner may use: it is an administrator's. */
export function keepCluster(reports: string, kubeconfig: string, kept: KeptCluster): void {
  mkdirSync(reports, { recursive: true });
  writePrivately(keptKubeconfig(reports), readFileSync(kubeconfig));
  describeKept(reports, kept);
}

/** Writes down what is kept. */
export function describeKept(reports: string, kept: KeptCluster): void {
  writeFileSync(descriptionIn(reports), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** Forgets the kept cluster, after it was removed. */
export function forgetCluster(reports: string): void {
  for (const file of [keptKubeconfig(reports), descriptionIn(reports)]) rmSync(file, { force: true });
}

/**
 * Finds the cluster that an earlier run has kept.
 * @throws UsageError when there is none, when it does not run any more, or when it is not what the profile expects
 */
export async function findKeptCluster(docker: Docker, reports: string, profile: Profile): Promise<KeptCluster> {
  const file = descriptionIn(reports);
  if (!existsSync(file)) throw new UsageError(`No cluster was kept in ${reports}; run once with --keep instead of --reuse.`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptCluster;
  if (!(await isRunning(docker, kept.run))) {
    throw new UsageError(`The cluster that run ${kept.run} kept does not run any more; run once with --keep instead of --reuse.`);
  }
  const taint = profile.cluster.taint && formatTaint(profile.cluster.taint);
  if (kept.domain !== profile.cluster.domain || kept.taint !== taint) {
    throw new UsageError(
      `The kept cluster has the domain ${kept.domain} and ${kept.taint ?? 'no taint'}; the profile ${profile.name} expects ${profile.cluster.domain} and ${taint ?? 'no taint'}. Run without --reuse.`,
    );
  }
  return kept;
}
