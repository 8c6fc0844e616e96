import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Profile } from '../exporter/profile.ts';
import { writePrivately } from '../private-files.ts';
import { type Docker, isRunning } from './docker.ts';
import type { CopiedImages } from './node-images.ts';
import { formatTaint } from './ready.ts';

/** A cluster that a run has kept for the next one. */
export interface KeptCluster {
  /** The run that booted it; its containers carry that run's label. */
  readonly run: string;
  readonly image: string;
  readonly agents: number;
  readonly taint?: string;
  readonly domain: string;
  /** What is in its nodes. */
  readonly images: CopiedImages;
}

const descriptionIn = (reports: string) => join(reports, 'kept-cluster.json');

/** The path of a kept cluster's kubeconfig. */
export const keptKubeconfig = (reports: string) => join(reports, 'kubeconfig');

/** Writes the description that the next run finds the cluster by, and an administrator's kubeconfig, which only its owner may read. */
export function keepCluster(reports: string, kubeconfig: string, kept: KeptCluster): void {
  mkdirSync(reports, { recursive: true });
  writePrivately(keptKubeconfig(reports), readFileSync(kubeconfig));
  describeKept(reports, kept);
}

/** Writes the description of a kept cluster. */
export function describeKept(reports: string, kept: KeptCluster): void {
  writeFileSync(descriptionIn(reports), `${JSON.stringify(kept, undefined, 2)}\n`);
}

/** Deletes the files of a kept cluster that was removed. */
export function forgetCluster(reports: string): void {
  for (const file of [keptKubeconfig(reports), descriptionIn(reports)]) rmSync(file, { force: true });
}

/**
 * Finds the cluster that an earlier run kept.
 * @throws UsageError when there is none, when it is not running any more, or when it is not what the profile expects
 */
export async function findKeptCluster(docker: Docker, reports: string, profile: Profile): Promise<KeptCluster> {
  const file = descriptionIn(reports);
  if (!existsSync(file)) throw new UsageError(`No cluster was kept in ${reports}; run with --keep instead of --reuse.`);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as KeptCluster;
  if (!(await isRunning(docker, kept.run))) {
    throw new UsageError(`The cluster that run ${kept.run} kept is not running any more; run with --keep instead of --reuse.`);
  }
  const taint = profile.cluster.taint && formatTaint(profile.cluster.taint);
  if (kept.domain !== profile.cluster.domain || kept.taint !== taint) {
    throw new UsageError(
      `The kept cluster has the domain ${kept.domain} and ${kept.taint ?? 'no taint'}; the profile ${profile.name} expects ${profile.cluster.domain} and ${taint ?? 'no taint'}. Run without --reuse.`,
    );
  }
  return kept;
}
