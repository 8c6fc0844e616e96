import { InstalledTarget } from '../../helpers/exporter/installed.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { ClusterChange } from '../../helpers/suite/mutant/mutant.ts';

const nothingToUndo = async () => undefined;

/** Gives the name of the Service one more address, or the pod's own address with other ports. */
const furtherSlice =
  (ports: readonly unknown[], addressOf: (pod: Pod) => string): ClusterChange =>
  async ({ client, target, objects }) => {
    const pod = await new InstalledTarget(client, target).readyPod();
    const { name } = target.service.metadata;
    const labels = { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'somebody' };
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-stale`, namespace: target.namespace, labels },
      addressType: 'IPv4',
      endpoints: [{ addresses: [addressOf(pod)], conditions: { ready: true } }],
      ports,
    };
    await objects.create(slice);
    return nothingToUndo;
  };

/** An address under the Service's name at which no pod is. */
export const staleAddress = furtherSlice(
  [
    { name: 'http-metrics', port: 8080, protocol: 'TCP' },
    { name: 'telemetry', port: 8081, protocol: 'TCP' },
  ],
  () => '10.42.0.250',
);

/** A port under the Service's name on which the exporter does not listen. */
export const stalePort = furtherSlice([{ name: 'telemetry', port: 9999, protocol: 'TCP' }], (pod) => pod.status?.podIP ?? '');

/** A Service under the name that must not exist. */
export const wrongNameExists: ClusterChange = async ({ target, objects }) => {
  const { name } = target.service.metadata;
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `not-${name}`, namespace: target.namespace },
    spec: { ports: [{ port: 8080 }] },
  };
  await objects.create(service);
  return nothingToUndo;
};
