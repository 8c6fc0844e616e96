import pMap from 'p-map';
import type { RawObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { restricted } from '../../kube/restricted.ts';

/** How many objects of each kind. */
export interface Load {
  readonly pods: number;
  readonly configMaps: number;
  readonly services: number;
}

/** How many requests are under way at once. */
const inFlight = 32;

const node = (run: string) => `load-${run}`;

/** Makes a namespace and a Node object without a kubelet, to which the pods of the load are bound: they need not run to be told of. */
export async function prepareLoad(objects: OwnedObjects, namespace: string): Promise<void> {
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const taints = [{ key: 'conformance.kube-state-metrics/load', effect: 'NoSchedule' }];
  const object: RawObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: node(objects.run) }, spec: { taints } };
  await objects.create(object);
}

/** Adds to what is there until the load is as large as it is told. */
export async function growLoad(owned: OwnedObjects, namespace: string, from: Load, to: Load): Promise<void> {
  const objects = [
    ...numbers(from.pods, to.pods).map((index) => pod(namespace, `pod-${index}`, node(owned.run))),
    ...numbers(from.configMaps, to.configMaps).map((index) => configMap(namespace, `map-${index}`)),
    ...numbers(from.services, to.services).map((index) => service(namespace, `service-${index}`)),
  ];
  await pMap(objects, (object) => owned.create(object), { concurrency: inFlight });
}

function numbers(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
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
  const spec = { clusterIP: 'None', selector: { app: 'nobody' }, ports: [{ port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec };
}
