import pMap from 'p-map';
import { getFromPod } from '../../exporter/exporter.ts';
import type { Target } from '../../exporter/target.ts';
import { type ExpositionSource, type SeriesVisitor, scanExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import type { Pod } from '../../kube/pod.ts';
import { restricted } from '../../kube/restricted.ts';
import { seconds, waitFor } from '../../wait.ts';

/** The number of objects of each kind. */
export interface Load {
  readonly pods: number;
  readonly configMaps: number;
  readonly services: number;
}

/** The maximum number of concurrent requests. */
const inFlight = 32;

const node = (run: string) => `load-${run}`;

/** Creates a namespace, and a Node without a kubelet for the pods, which are exposed without running. */
export async function prepareLoad(objects: OwnedObjects, namespace: string): Promise<void> {
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const taints = [{ key: 'conformance.kube-state-metrics/load', effect: 'NoSchedule' }];
  const object: RawObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: node(objects.run) }, spec: { taints } };
  await objects.create(object);
}

/** The load with this number of pods: a quarter as many config maps, and a twentieth as many services. */
export function loadOf(pods: number): Load {
  return { pods, configMaps: Math.floor(pods / 4), services: Math.floor(pods / 20) };
}

/** Creates the objects that a load has in addition to a smaller one. */
export async function growLoad(owned: OwnedObjects, namespace: string, from: Load, to: Load): Promise<void> {
  await pMap(additional(namespace, node(owned.run), from, to), (object) => owned.create(object), { concurrency: inFlight });
}

function* additional(namespace: string, nodeName: string, from: Load, to: Load): Generator<RawObject> {
  for (let index = from.pods; index < to.pods; index++) yield pod(namespace, `pod-${index}`, nodeName);
  for (let index = from.configMaps; index < to.configMaps; index++) yield configMap(namespace, `map-${index}`);
  for (let index = from.services; index < to.services; index++) yield service(namespace, `service-${index}`);
}

function pod(namespace: string, name: string, nodeName: string): RawObject {
  const container = (index: number) => ({
    name: `container-${index}`,
    image: 'conformance.invalid/none:v1',
    securityContext: restricted.container,
    resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '1.5Gi' } },
  });
  const spec = {
    nodeName,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: 'Exists' }],
    securityContext: restricted.pod,
    containers: [container(1), container(2)],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: { app: 'load' } }, spec };
}

function configMap(namespace: string, name: string): RawObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { key: 'value' } };
}

function service(namespace: string, name: string): RawObject {
  const spec = { clusterIP: 'None', selector: { app: 'no-pod' }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec };
}

/** Waits until the exporter exposes the whole load. */
export async function waitUntilExposed(
  client: KubeClient,
  target: Target,
  pod: Pod,
  namespace: string,
  load: Load,
): Promise<void> {
  const expected = [load.pods, load.configMaps, load.services];
  await waitFor({
    what: `${expected.join(', ')} pods, config maps and services of the load`,
    within: seconds(300),
    every: 1000,
    observe: async () => {
      const { source } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics');
      return countIn(source, namespace);
    },
    until: (counts) => counts.every((number, index) => number >= (expected[index] ?? 0)),
    describe: (counts) => counts.join(', '),
  });
}

/** How many objects of the namespace an exposition has, of each kind. */
async function countIn(source: ExpositionSource, namespace: string): Promise<readonly number[]> {
  const counts = new Map(['kube_pod_info', 'kube_configmap_info', 'kube_service_info'].map((family) => [family, 0]));
  let current = '';
  const visitor: SeriesVisitor = {
    family: (name) => {
      current = name;
    },
    sample: (_digest, _value, sample) => {
      const count = counts.get(current);
      if (count !== undefined && sample().labels.namespace === namespace) counts.set(current, count + 1);
    },
  };
  await scanExposition(source, { format: 'text', visitor });
  return [...counts.values()];
}
