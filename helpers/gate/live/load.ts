import pMap from 'p-map';
import { ask } from '../../exporter/exporter.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { restricted } from '../../kube/restricted.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { RunningSide, Sides } from './readings.ts';

/** How many objects of a resource to add: pods that no node takes, or config maps. */
export type Load = ReadonlyMap<'pods' | 'configmaps', number>;

const IN_FLIGHT = 24;

/** Makes the objects of a load in a namespace, and waits until both exporters tell of the last of them. */
export async function applyLoad(
  client: KubeClient,
  sides: Sides<RunningSide>,
  { objects, namespace, image, load }: { objects: OwnedObjects; namespace: string; image: string; load: Load },
): Promise<void> {
  for (const [resource, count] of load) {
    const names = Array.from({ length: count }, (_, index) => `load-${index}`);
    await pMap(names, (name) => objects.create(objectOf(resource, { namespace, name }, image)), { concurrency: IN_FLIGHT });
    const family = resource === 'pods' ? 'kube_pod_info' : 'kube_configmap_info';
    await waitFor({
      what: `${count} ${resource} of the load with both exporters`,
      within: seconds(60),
      every: 1000,
      observe: () => Promise.all([sides.old, sides.new].map((side) => told(client, side, family, namespace))),
      until: (counts) => counts.every((one) => one >= count),
      describe: (counts) => counts.join(' and '),
    });
  }
}

async function told(client: KubeClient, { pod, target }: RunningSide, family: string, namespace: string): Promise<number> {
  const { body } = await ask(client, pod, target.ports.metrics.number, '/metrics');
  return body
    .split('\n')
    .filter((line) => line.startsWith(`${family}{`) && line.includes(`namespace="${namespace}"`) && line.includes('"load-'))
    .length;
}

/** A pod for the scheduler named here waits for ever, and costs neither scheduler nor kubelet anything. */
function objectOf(resource: 'pods' | 'configmaps', metadata: { namespace: string; name: string }, image: string): RawObject {
  if (resource === 'configmaps') return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } };
  const resources = { requests: { cpu: '1m', memory: '1Mi' } };
  const spec = {
    automountServiceAccountToken: false,
    schedulerName: 'nobody',
    terminationGracePeriodSeconds: 0,
    securityContext: restricted.pod,
    containers: [{ name: 'main', image, securityContext: restricted.container, resources }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}
