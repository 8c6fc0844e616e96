import { join, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Profile } from '../exporter/profile.ts';
import type { Cleanup } from './cleanups.ts';
import { type Docker, findDocker, logsOnDocker, removeFromDocker } from './docker.ts';
import { describeKept, findKeptCluster, keepCluster, keptKubeconfig } from './kept.ts';
import { pullAbsentImages } from './local-images.ts';
import { type CopiedImages, copyImages, isCopiable, missingImages, untilNodesTakeImages } from './node-images.ts';
import type { NodePulls } from './node-pulls.ts';
import { preflightFacts, preflightWarnings } from './preflight.ts';
import { formatTaint } from './ready.ts';
import { Registries } from './registries.ts';

/** A cluster that a run may use. */
export interface ProvidedCluster {
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  readonly kubeconfig: string;
  readonly context?: string;
  /** The least number of nodes. */
  readonly nodes: number;
  /** Whether a run of this suite booted it, so that its own components may be changed. */
  readonly booted: boolean;
  /** Images that the nodes have to pull before anything is installed. */
  readonly pulls?: NodePulls;
  /** The logs of its nodes, by container name; absent where the suite cannot read them. */
  nodeLogs?(): Promise<Readonly<Record<string, string>>>;
}

/** The user's choice of a cluster, and of the reports directory. */
export interface ClusterOptions {
  /** k3s unless set. */
  readonly cluster: 'k3s' | 'kubeconfig' | 'simulated' | undefined;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** The node's image. */
  readonly k3sImage: string;
  /** The number of nodes that join the server. */
  readonly agents: number;
  /** The path of k3s's registries.yaml for the nodes. */
  readonly registries?: string;
  readonly keep: boolean;
  readonly reuse: boolean;
  readonly reports: string;
  readonly prometheusImage: string;
}

export interface ClusterRequest {
  readonly run: string;
  readonly options: ClusterOptions;
  readonly profile: Profile;
  /** The images of all pods. */
  readonly images: readonly string[];
  readonly directory: string;
  /** Receives warnings, and the progress of what takes long, a line each. */
  readonly note?: (line: string) => void;
  /** Measures a step of the boot, for the trace of the run. */
  readonly step?: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  /** Ends pulls. */
  readonly signal?: AbortSignal;
}

/**
 * Provides the cluster that the options name, with all images in its nodes but those of `pulls`.
 * @param onCleanup receives each cleanup before what it removes is created, so that an interruption leaves nothing behind
 */
export async function provideCluster(request: ClusterRequest, onCleanup: (cleanup: Cleanup) => void): Promise<ProvidedCluster> {
  const { options } = request;
  if (options.cluster === 'kubeconfig') {
    const { kubeconfig = '', context } = options;
    return { image: '', kubeconfig, nodes: 1, booted: false, ...(context === undefined ? {} : { context }) };
  }
  if (options.cluster === 'simulated') return simulate(request, onCleanup);
  const docker = await findDocker();
  return options.reuse ? reuse(docker, request) : boot(docker, request, onCleanup);
}

async function reuse(docker: Docker, request: ClusterRequest): Promise<ProvidedCluster> {
  const { options, profile, images } = request;
  const kept = await findKeptCluster(docker, options.reports, profile);
  const { image, agents, run } = kept;
  const copied = await copyImages(docker, run, images, kept.images);
  describeKept(options.reports, { ...kept, images: copied });
  const kubeconfig = resolve(keptKubeconfig(options.reports));
  return { image, kubeconfig, nodes: 1 + agents, booted: true, ...onDocker(docker, run, request, copied) };
}

async function boot(docker: Docker, request: ClusterRequest, onCleanup: (cleanup: Cleanup) => void): Promise<ProvidedCluster> {
  const { run, options, profile, images, directory, note = () => undefined, step = (_, work) => work() } = request;
  const { k3sImage: image, agents, reports } = options;
  const { domain } = profile.cluster;
  const taint = profile.cluster.taint && { taint: formatTaint(profile.cluster.taint) };
  const registries = options.registries === undefined ? Registries.none : Registries.read(options.registries);
  const facts = await preflightFacts(docker);
  for (const sentence of preflightWarnings(facts, image)) note(sentence);
  if (!options.keep) onCleanup({ what: 'the cluster', run: () => removeFromDocker(docker, { run }) });
  const { bootK3s } = await import('./boot.ts');
  const aborted = new AbortController();
  const signal = AbortSignal.any([aborted.signal, ...(request.signal ? [request.signal] : [])]);
  const begun = performance.now();
  const since = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  const booting = async () => {
    await pullAbsentImages(docker, [image], { note, signal });
    const kubeconfig = await bootK3s(docker, {
      run,
      image,
      agents,
      domain,
      cgroupVersion: facts.cgroupVersion,
      files: registries.files,
      directory: join(directory, 'cluster'),
      ...taint,
    });
    note(`${1 + agents} node(s) booted after ${since()}`);
    return kubeconfig;
  };
  const pulling = async () => {
    const absent = images.filter((candidate) => isCopiable(candidate) && !registries.cover(candidate));
    await pullAbsentImages(docker, absent, { note, signal });
  };
  const pulled = step('pulling images', pulling);
  const copying = async () => {
    await Promise.all([pulled, untilNodesTakeImages(docker, run, 1 + agents, signal)]);
    return step('copying images', () => copyImages(docker, run, images, {}));
  };
  const parts = [step('booting the nodes', booting), copying(), pulled] as const;
  const [kubeconfig, copied] = await Promise.all(parts).catch(async (error: unknown) => {
    // What is still booting would otherwise outlive the run.
    aborted.abort(error);
    await removeFromDocker(docker, { run });
    await Promise.allSettled(parts);
    throw error;
  });
  const count = Object.keys(copied).length;
  if (count > 0) note(`${count} image(s) in every node after ${since()}`);
  if (options.keep) keepCluster(reports, kubeconfig, { run, image, agents, domain, images: copied, ...taint });
  return { image, kubeconfig, nodes: 1 + agents, booted: true, ...onDocker(docker, run, request, copied) };
}

/** What a cluster on Docker offers beside its API. */
function onDocker(
  docker: Docker,
  run: string,
  { images, note = () => undefined }: ClusterRequest,
  copied: CopiedImages,
): Pick<ProvidedCluster, 'nodeLogs' | 'pulls'> {
  const pulled = [...new Set(images)].filter((image) => copied[image] === undefined);
  const pulls = { images: pulled, missing: () => missingImages(docker, run, pulled), note };
  return { nodeLogs: () => logsOnDocker(docker, run), ...(pulled.length > 0 && { pulls }) };
}

/**
 * Starts the simulated cluster in this process, with the APIs of the release that the node's image names.
 * @throws UsageError where the options name what only a real cluster can do
 */
async function simulate(
  { options, profile, images, directory }: ClusterRequest,
  onCleanup: (cleanup: Cleanup) => void,
): Promise<ProvidedCluster> {
  const { k3sImage, agents, keep, reuse } = options;
  if (keep || reuse)
    throw new UsageError(`--${keep ? 'keep' : 'reuse'} has no meaning with --cluster simulated, which ends with its run.`);
  const kubernetes = /v\d+\.\d+\.\d+/.exec(k3sImage)?.[0];
  if (!kubernetes)
    throw new UsageError(`The simulated cluster serves the APIs of a release, which the tag of ${k3sImage} does not name.`);
  // Imported late: no other run needs it.
  const { startSimulator } = await import('../../simulator/start.ts');
  const { taint, domain } = profile.cluster;
  const simulator = await startSimulator({
    kubernetes,
    domain,
    agents,
    ...(taint && { taint }),
    workloadImages: images,
    prometheusImage: options.prometheusImage,
    directory: join(directory, 'cluster'),
  });
  onCleanup({ what: 'the simulated cluster', run: () => simulator.stop().then(() => []) });
  return { image: 'simulated', kubeconfig: simulator.kubeconfig, nodes: 1 + agents, booted: true };
}
