import type { Target } from '../exporter/target.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { listLabelled } from '../kube/owned/remove-objects.ts';
import type { Pod } from '../kube/pod.ts';
import { runLabel } from '../kube/run-label.ts';
import { seconds, waitFor } from '../wait.ts';
import type { Bench } from './bench.ts';

/** Removes the exporter and all else that a mutant has left, and waits until the pods are gone as well. */
export async function clear(bench: Bench): Promise<void> {
  const { client, namespace } = bench;
  await removeAll(bench, async () => {
    const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace });
    // What the exporter takes to end has nobody to wait for.
    await Promise.all(pods.map((pod) => client.remove(pod, 0)));
    return [...(await leftOf(bench)), ...pods];
  });
}

/** Removes all that a mutant has left but the exporter, which the next one shares, and what controllers have made of it. */
export async function clearBeside(bench: Bench, target: Target): Promise<void> {
  const { name, namespace = '' } = target.service.metadata;
  const stays = new Set([...target.objects.map(nameOf), `Endpoints ${namespace}/${name}`]);
  await removeAll(bench, async () => {
    const left = await leftOf(bench);
    return left.filter((object) => object.metadata.ownerReferences === undefined && !stays.has(nameOf(object)));
  });
}

async function removeAll({ client }: Bench, left: () => Promise<readonly KubernetesObject[]>): Promise<void> {
  for (const object of await left()) await client.remove(object, object.kind === 'Pod' ? 0 : undefined);
  await waitFor({
    what: 'everything gone that the mutant has left',
    within: seconds(90),
    every: 250,
    observe: left,
    until: (all) => all.length === 0,
    describe: (all) => all.map(nameOf).join(', '),
  });
}

/** What carries the run's label and is not for all mutants; an area's namespace, once it is empty, is as good as a new one. */
async function leftOf({ client, run, lasting }: Bench): Promise<readonly KubernetesObject[]> {
  const objects = await listLabelled(client, `${runLabel}=${run}`);
  return objects.filter(({ kind, metadata }) => kind !== 'Namespace' && !lasting.has(metadata.uid ?? ''));
}

function nameOf({ kind, metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${kind} ${namespace}/${name}`;
}
