import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { lostSampleOf } from './lost-sample.ts';

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
export const lostSampleMutants = Object.entries(kinds).map(([resource, kind]) =>
  mutant(`loses-a-sample-of-${resource}`, {
    sentence: `The exporter loses one sample of a ${kind}.`,
    proxy: lostSampleOf(resource),
    fails: [`exposition/${kind.toLowerCase()}`],
  }),
);
