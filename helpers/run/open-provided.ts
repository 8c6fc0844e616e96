import type { Cleanup } from '../cluster/cleanups.ts';
import { pullOnNodes } from '../cluster/node-pulls.ts';
import { type ClusterRequest, type ProvidedCluster, provideCluster } from '../cluster/provide.ts';
import { openBooted } from '../cluster/ready.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import type { KubeClient } from '../kube/client.ts';
import { openCluster, serverVersion } from '../kube/open.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { GuardedClient } from '../kube/owned/guarded-client.ts';
import { OwnedObjects } from '../kube/owned/ownership.ts';

/** A cluster that answers. */
export interface OpenedCluster extends ProvidedCluster {
  /** On an existing cluster, it refuses to change what the run did not create. */
  readonly client: KubeClient;
  /** Creates and records what the run creates. */
  readonly objects: OwnedObjects;
  /** As the API server reports it: `v1.24.17+k3s1`. */
  readonly kubernetes: string;
}

/**
 * Provides the cluster of a run and connects to it. A cluster that is removed with the run is registered with the reaper as well; from a
 * cluster that stays, the run's objects are removed. What is created is recorded in the run's directory.
 * @param request its signal ends the discovery; the client still works after it, for the removal
 * @param onCleanup gets each cleanup before what it removes is created
 */
export async function openProvided(
  request: ClusterRequest & { readonly reaper: Reaper; readonly signal?: AbortSignal },
  onCleanup: (cleanup: Cleanup) => void,
): Promise<OpenedCluster> {
  const { run, options, directory, reaper, signal, step = (_, work) => work() } = request;
  const stays = options.keep || options.reuse;
  if (!stays && options.cluster !== 'kubeconfig' && options.cluster !== 'simulated') reaper.ownsRun(run);
  const provided = await provideCluster(request, onCleanup);
  const record = CreationRecord.in(directory);
  const outlivesRun = stays || !provided.booted;
  let objects: OwnedObjects | undefined;
  const removeObjects = async () => {
    // Also before the client is connected, and for a cluster that is removed as a whole: nothing may be created any more.
    record.close();
    return (outlivesRun && (await objects?.removeAll({ force: provided.booted }))) || [];
  };
  onCleanup({ what: 'objects', run: removeObjects });
  const { kubeconfig, context, booted, pulls } = provided;
  const open = () => (booted ? openBooted(kubeconfig, signal) : openCluster(kubeconfig, context, signal));
  const opened = await step('discovering the API', open);
  record.begin({ run, server: opened.connection.server, outlivesRun });
  objects = new OwnedObjects(opened, record, run, !provided.booted);
  if (pulls) await pullOnNodes(opened, objects, pulls);
  const client = provided.booted ? opened : new GuardedClient(opened, objects);
  return { ...provided, client, objects, kubernetes: await serverVersion(client) };
}
