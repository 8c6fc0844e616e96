import { tables } from '../helpers/accounting/resources/index.ts';
import { dropped, firstLine } from '../helpers/mutation/lines.ts';
import { type Mutant, mutant } from '../helpers/mutation/mutant.ts';
import { scrapes } from '../helpers/mutation/scrapes.ts';

/** The kinds that the release under test exposes without being told to; each has a requirement of its own. */
const kinds: Readonly<Record<string, string>> = {
  certificatesigningrequests: 'CertificateSigningRequest',
  configmaps: 'ConfigMap',
  cronjobs: 'CronJob',
  daemonsets: 'DaemonSet',
  deployments: 'Deployment',
  endpoints: 'Endpoints',
  horizontalpodautoscalers: 'HorizontalPodAutoscaler',
  ingresses: 'Ingress',
  jobs: 'Job',
  leases: 'Lease',
  limitranges: 'LimitRange',
  mutatingwebhookconfigurations: 'MutatingWebhookConfiguration',
  namespaces: 'Namespace',
  networkpolicies: 'NetworkPolicy',
  nodes: 'Node',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  persistentvolumes: 'PersistentVolume',
  poddisruptionbudgets: 'PodDisruptionBudget',
  pods: 'Pod',
  replicasets: 'ReplicaSet',
  replicationcontrollers: 'ReplicationController',
  resourcequotas: 'ResourceQuota',
  secrets: 'Secret',
  services: 'Service',
  statefulsets: 'StatefulSet',
  storageclasses: 'StorageClass',
  validatingwebhookconfigurations: 'ValidatingWebhookConfiguration',
  volumeattachments: 'VolumeAttachment',
};

/** For each metric group the exporter that loses one sample of it. */
export const groups: Readonly<Record<string, Mutant>> = Object.fromEntries(
  Object.entries(kinds).map(([resource, kind]) => [`oneSampleIsLost${kind}`, lacking(resource, kind)]),
);

function lacking(resource: string, kind: string): Mutant {
  const families = tables.find((table) => table.resource === resource)?.families.map(({ name }) => name) ?? [];
  const isOfGroup = (line: string) => families.some((family) => line.startsWith(`${family}{`));
  return mutant({
    sentence: `The exporter loses one sample of a ${kind}.`,
    proxy: scrapes(firstLine(isOfGroup, dropped)),
    fails: [`exposition/${kind.toLowerCase()}`],
  });
}
