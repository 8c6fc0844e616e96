import { join, resolve } from 'node:path';
import type { Options } from '../config.ts';
import type { Profile } from '../target/profile.ts';
import { type Docker, findDocker, imageIds, logsOnDocker, removeFromDocker } from './docker.ts';
import { importImages } from './import-images.ts';
import { describeKept, findKeptCluster, keepCluster, keptKubeconfig } from './kept.ts';
import { preflightFacts, preflightWarnings } from './preflight.ts';
import { simulate } from './simulate.ts';
import { formatTaint } from './taint.ts';

/** A cluster that a run may use, and the way back. */
export interface ProvidedCluster {
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  readonly kubeconfig: string;
  readonly context?: string;
  /** How many nodes it has at least. */
  readonly nodes: number;
  /** Whether a run of this suite made it, so that its own parts may be changed. */
  readonly booted: boolean;
  /** What its nodes have printed, each under its container's name; absent where the suite cannot see that. */
  nodeLogs?(): Promise<Readonly<Record<string, string>>>;
}

export interface ClusterRequest {
  readonly run: string;
  readonly options: Options;
  readonly profile: Profile;
  /** What pods will run. */
  readonly images: readonly string[];
  readonly directory: string;
  /** Told what may keep the cluster from coming up, and what to do about it. */
  readonly warn?: (sentence: string) => void;
}

/** Something that was begun and must be undone, on every way out. */
export interface Undo {
  readonly what: string;
  /** @returns what could not be undone, one name each */
  undo(): Promise<readonly string[]>;
}

/**
 * Provides the cluster that the options ask for.
 * @param onUndo is told what to undo before it is begun, so that an interruption in between leaves nothing behind
 */
export async function provideCluster(request: ClusterRequest, onUndo: (undo: Undo) => void): Promise<ProvidedCluster> {
  const { options } = request;
  if (options.cluster === 'kubeconfig') {
    const { kubeconfig = '', context } = options;
    return { image: '', kubeconfig, nodes: 1, booted: false, ...(context === undefined ? {} : { context }) };
  }
  if (options.cluster === 'simulated') return simulate(request, onUndo);
  const docker = await findDocker();
  return options.reuse ? reuse(docker, request) : boot(docker, request, onUndo);
}

async function reuse(docker: Docker, { options, profile, images }: ClusterRequest): Promise<ProvidedCluster> {
  const kept = await findKeptCluster(docker, options.reports, profile);
  const { image, agents, run } = kept;
  describeKept(options.reports, { ...kept, images: await importImages(docker, run, images, kept.images) });
  const kubeconfig = resolve(keptKubeconfig(options.reports));
  return { image, kubeconfig, nodes: 1 + agents, booted: true, nodeLogs: () => logsOnDocker(docker, run) };
}

async function boot(docker: Docker, request: ClusterRequest, onUndo: (undo: Undo) => void): Promise<ProvidedCluster> {
  const { run, options, profile, images, directory } = request;
  const { k3sImage: image, agents, reports } = options;
  const { domain } = profile.cluster;
  const taint = profile.cluster.taint && { taint: formatTaint(profile.cluster.taint) };
  for (const sentence of preflightWarnings(await preflightFacts(docker), image)) request.warn?.(sentence);
  if (!options.keep) onUndo({ what: 'the cluster', undo: () => removeFromDocker(docker, { run }) });
  const { bootK3s } = await import('./boot.ts');
  const copied = await imageIds(docker, images);
  const kubeconfig = await bootK3s(docker, {
    run,
    image,
    agents,
    domain,
    images,
    directory: join(directory, 'cluster'),
    ...taint,
  });
  if (options.keep) keepCluster(reports, kubeconfig, { run, image, agents, domain, images: copied, ...taint });
  return { image, kubeconfig, nodes: 1 + agents, booted: true, nodeLogs: () => logsOnDocker(docker, run) };
}
