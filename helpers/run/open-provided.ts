import { type ClusterRequest, type ProvidedCluster, provideCluster, type Undo } from '../cluster/provide.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import type { KubeClient } from '../kube/client.ts';
import { openCluster, serverVersion } from '../kube/open.ts';
import { removeObjects } from './remove-objects.ts';

/** A cluster that answers. */
export interface OpenedCluster extends ProvidedCluster {
  readonly client: KubeClient;
  /** As the API server says it: `v1.24.17+k3s1`. */
  readonly kubernetes: string;
}

/**
 * Provides the cluster that a run asks for and opens it. One that goes with the run is left to the reaper as well; from one that
 * stays, the run's objects are removed.
 * @param request its signal ends the discovery; the client goes on, for the removal
 * @param onUndo is told what to undo before it is begun
 */
export async function openProvided(
  request: ClusterRequest & { readonly reaper: Reaper; readonly signal?: AbortSignal },
  onUndo: (undo: Undo) => void,
): Promise<OpenedCluster> {
  const { run, options, reaper, signal } = request;
  const stays = options.keep || options.reuse;
  if (!stays && options.cluster !== 'kubeconfig' && options.cluster !== 'simulated') reaper.ownsRun(run);
  const provided = await provideCluster(request, onUndo);
  const client = await openCluster(provided.kubeconfig, provided.context, signal);
  if (stays || !provided.booted) {
    onUndo({ what: 'objects', undo: () => removeObjects(client, { run, hurried: provided.booted }) });
  }
  return { ...provided, client, kubernetes: await serverVersion(client) };
}
