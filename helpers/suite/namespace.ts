import type { KubeClient } from '../kube/client.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { seconds, waitFor } from '../wait.ts';

/** Creates a namespace, and waits until pods can be created in it: without the default ServiceAccount they are refused. */
export async function makeNamespace(client: KubeClient, objects: OwnedObjects, name: string): Promise<void> {
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await podsCanBeMade(client, name);
}

/** Waits for what admission looks up for every pod in a namespace. */
export async function podsCanBeMade(client: KubeClient, name: string): Promise<void> {
  await waitFor({
    what: `the default ServiceAccount of ${name}`,
    within: seconds(20),
    every: 50,
    observe: () => client.find({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }),
    until: (account) => account !== undefined,
    describe: () => 'none',
  });
}
