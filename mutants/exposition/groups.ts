import { lostSampleOf } from '../../helpers/mutation/lost-sample.ts';
import { type Mutant, mutant } from '../../helpers/mutation/mutant.ts';

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
  Object.entries(kinds).map(([resource, kind]) => [
    `oneSampleIsLost${kind}`,
    mutant({
      sentence: `The exporter loses one sample of a ${kind}.`,
      proxy: lostSampleOf(resource),
      fails: [`exposition/${kind.toLowerCase()}`],
    }),
  ]),
);
