import { InstalledTarget } from '../../helpers/exporter/installed.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { service } from '../../helpers/suite/mutant/changes.ts';
import { type ClusterChange, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';

const withoutCleanup = async () => undefined;

/** Adds an EndpointSlice with one ready address to the Service. */
const addSlice =
  (addressOf: (pod: Pod) => string, ports: readonly object[]): ClusterChange =>
  async ({ client, target, objects }) => {
    const pod = await new InstalledTarget(client, target).pod();
    const { name } = target.service.metadata;
    const labels = { 'kubernetes.io/service-name': name, 'endpointslice.kubernetes.io/managed-by': 'somebody' };
    await objects.create({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `${name}-stale`, namespace: target.namespace, labels },
      addressType: 'IPv4',
      endpoints: [{ addresses: [addressOf(pod)], conditions: { ready: true } }],
      ports,
    });
    return withoutCleanup;
  };

const createServiceOfWrongName: ClusterChange = async ({ target, objects }) => {
  await objects.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `not-${target.service.metadata.name}`, namespace: target.namespace },
    spec: { ports: [{ port: 8080 }] },
  });
  return withoutCleanup;
};

export const dnsMutants = [
  mutant('name-has-a-stale-address', {
    sentence: "The Service's name also resolves to an address that no pod has.",
    cluster: addSlice(
      () => '10.42.0.250',
      [
        { name: 'http-metrics', port: 8080, protocol: 'TCP' },
        { name: 'telemetry', port: 8081, protocol: 'TCP' },
      ],
    ),
    fails: ['dns/resolves-to-ready-pods'],
  }),
  mutant('name-has-a-stale-port', {
    sentence: "The Service's SRV records also lead to a port on which the exporter does not listen.",
    cluster: addSlice((pod) => pod.status?.podIP ?? '', [{ name: 'telemetry', port: 9999, protocol: 'TCP' }]),
    fails: ['dns/leads-to-both-ports'],
  }),
  mutant('pods-use-another-resolver', {
    sentence: 'Pods of the cluster do not use its resolver.',
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (metadata.name.startsWith('neighbour-')) spec.dnsPolicy = 'Default';
      }),
    fails: ['dns/answers-by-name'],
  }),
  mutant('service-has-a-cluster-ip', {
    sentence: 'The Service has a cluster IP.',
    change: service(({ spec }) => {
      delete spec.clusterIP;
    }),
    fails: ['dns/headless'],
  }),
  mutant('unready-pods-are-published', {
    sentence: 'The Service publishes pods that are not ready.',
    change: service((draft) => Object.assign(draft.spec, { publishNotReadyAddresses: true })),
    fails: ['dns/unready-pod-leaves'],
  }),
  mutant('wrong-name-exists', {
    sentence: 'A name that must not exist resolves.',
    cluster: createServiceOfWrongName,
    fails: ['dns/refuses-a-wrong-name'],
  }),
];
