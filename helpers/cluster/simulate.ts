import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ClusterRequest, ProvidedCluster } from './request.ts';
import type { Cleanup } from './undos.ts';

/**
 * Starts the simulated cluster in this process, with the APIs of the release that the node's image would have.
 * @throws UsageError where the options ask for what only a real cluster can do
 */
export async function simulate(
  { options, profile, images, directory }: ClusterRequest,
  onUndo: (undo: Cleanup) => void,
): Promise<ProvidedCluster> {
  const { k3sImage, agents, keep, reuse } = options;
  if (keep || reuse)
    throw new UsageError(`--${keep ? 'keep' : 'reuse'} has no meaning with --cluster simulated, which ends with its run.`);
  const kubernetes = /v\d+\.\d+\.\d+/.exec(k3sImage)?.[0];
  if (!kubernetes)
    throw new UsageError(`The simulated cluster serves the APIs of a release, which the tag of ${k3sImage} does not name.`);
  // Only here, as no other run needs it.
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
  onUndo({ what: 'the simulated cluster', run: () => simulator.stop().then(() => []) });
  return { image: 'simulated', kubeconfig: simulator.kubeconfig, nodes: 1 + agents, booted: true };
}
