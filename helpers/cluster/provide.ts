import { join } from 'node:path';
import type { Options } from '../config.ts';
import type { Profile } from '../target/profile.ts';
import { bootK3s } from './boot.ts';
import { formatTaint } from './cluster.ts';
import { findDocker, removeFromDocker } from './docker.ts';

/** A cluster that a run may use, and the way back. */
export interface ProvidedCluster {
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  readonly kubeconfig: string;
  readonly context?: string;
  /** How many nodes it has at least. */
  readonly nodes: number;
}

export interface ClusterRequest {
  readonly run: string;
  readonly options: Options;
  readonly profile: Profile;
  /** What pods will run. */
  readonly images: readonly string[];
  readonly directory: string;
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
  const { run, options, profile, images, directory } = request;
  if (options.cluster === 'kubeconfig') {
    return {
      image: '',
      kubeconfig: options.kubeconfig ?? '',
      nodes: 1,
      ...(options.context ? { context: options.context } : {}),
    };
  }
  const docker = await findDocker();
  if (!options.keep) onUndo({ what: 'the cluster', undo: () => removeFromDocker(docker, run) });
  const { taint, domain } = profile.cluster;
  const kubeconfig = await bootK3s(docker, {
    run,
    image: options.k3sImage,
    agents: options.agents,
    domain,
    images,
    directory: join(directory, 'cluster'),
    ...(taint === undefined ? {} : { taint: formatTaint(taint) }),
  });
  return { image: options.k3sImage, kubeconfig, nodes: 1 + options.agents };
}
