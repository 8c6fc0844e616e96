import { join, resolve } from 'node:path';
import { type Docker, findDocker, imageIds, logsOnDocker, removeFromDocker } from './docker.ts';
import { importImages } from './import-images.ts';
import { describeKept, findKeptCluster, keepCluster, keptKubeconfig } from './kept.ts';
import { preflightFacts, preflightWarnings } from './preflight.ts';
import type { ClusterRequest, ProvidedCluster } from './request.ts';
import { simulate } from './simulate.ts';
import { formatTaint } from './taint.ts';
import type { Cleanup } from './undos.ts';

/**
 * Provides the cluster that the options ask for.
 * @param onUndo is told what to undo before it is begun, so that an interruption in between leaves nothing behind
 */
export async function provideCluster(request: ClusterRequest, onUndo: (undo: Cleanup) => void): Promise<ProvidedCluster> {
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

async function boot(docker: Docker, request: ClusterRequest, onUndo: (undo: Cleanup) => void): Promise<ProvidedCluster> {
  const { run, options, profile, images, directory } = request;
  const { k3sImage: image, agents, reports } = options;
  const { domain } = profile.cluster;
  const taint = profile.cluster.taint && { taint: formatTaint(profile.cluster.taint) };
  for (const sentence of preflightWarnings(await preflightFacts(docker), image)) request.warn?.(sentence);
  if (!options.keep) onUndo({ what: 'the cluster', run: () => removeFromDocker(docker, { run }) });
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
