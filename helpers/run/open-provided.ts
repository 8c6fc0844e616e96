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
  /** On a cluster that exists, it changes nothing that the run did not create. */
  readonly client: KubeClient;
  /** What the run creates there, and the only way to create it. */
  readonly objects: OwnedObjects;
  /** As the API server says it: `v1.24.17+k3s1`. */
  readonly kubernetes: string;
}

/**
 * Provides the cluster that a run asks for and opens it. One that goes with the run is left to the reaper as well; from one that
 * stays, the run's objects are removed. What is created is recorded in the run's directory.
 * @param request its signal ends the discovery; the client goes on, for the removal
 * @param onCleanup receives each cleanup before what it removes is started
 */
export async function openProvided(
  request: ClusterRequest & { readonly reaper: Reaper; readonly signal?: AbortSignal },
  onCleanup: (cleanup: Cleanup) => void,
): Promise<OpenedCluster> {
  const { run, options, directory, reaper, signal } = request;
  const stays = options.keep || options.reuse;
  if (!stays && options.cluster !== 'kubeconfig' && options.cluster !== 'simulated') reaper.ownsRun(run);
  const provided = await provideCluster(request, onCleanup);
  const record = CreationRecord.in(directory);
  const outlivesRun = stays || !provided.booted;
  let objects: OwnedObjects | undefined;
  const removeObjects = async () => {
    // Also where the cluster is not open yet: from now on nothing may be created there.
    record.close();
    return (await objects?.removeAll({ hurried: provided.booted })) ?? [];
  };
  if (outlivesRun) onCleanup({ what: 'objects', run: removeObjects });
  const { kubeconfig, context, booted, pulls } = provided;
  const opened = booted ? await openBooted(kubeconfig, signal) : await openCluster(kubeconfig, context, signal);
  record.begin({ run, server: opened.connection.server, outlivesRun });
  objects = new OwnedObjects(opened, record, run, !provided.booted);
  if (pulls) await pullOnNodes(opened, objects, pulls);
  const client = provided.booted ? opened : new GuardedClient(opened, objects);
  return { ...provided, client, objects, kubernetes: await serverVersion(client) };
}
