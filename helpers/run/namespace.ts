import type { KubeClient } from '../kube/client.ts';
import { seconds, waitFor } from '../wait.ts';
import { labelled } from './label.ts';

/** Makes a namespace with the run's label, and waits until pods can be made in it: without the default ServiceAccount they are refused. */
export async function makeNamespace(client: KubeClient, name: string, run: string): Promise<void> {
  await client.apply(labelled({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, run));
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
