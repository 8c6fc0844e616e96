import type { ResourceTable } from '../table.ts';
import {
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
} from './admission.ts';
import { cronJobs, jobs } from './batch.ts';
import { certificateSigningRequests } from './certificatesigningrequests.ts';
import { configMaps, namespaces, secrets, serviceAccounts } from './core.ts';
import { deployments } from './deployments.ts';
import { endpointSlices } from './endpointslices.ts';
import { horizontalPodAutoscalers } from './horizontalpodautoscalers.ts';
import { leases } from './leases.ts';
import { ingressClasses, ingresses, networkPolicies } from './networking.ts';
import { nodes } from './nodes.ts';
import { persistentVolumeClaims, persistentVolumes } from './persistentvolumes.ts';
import { podDisruptionBudgets } from './poddisruptionbudgets.ts';
import { pods } from './pods.ts';
import { limitRanges, resourceQuotas } from './quotas.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from './rbac.ts';
import { endpoints, services } from './services.ts';
import { storageClasses, volumeAttachments } from './storage.ts';
import { daemonSets, replicaSets, replicationControllers, statefulSets } from './workloads.ts';

/** The tables of all resources, in alphabetical order: the only description of the exporter's families. */
export const tables: readonly ResourceTable[] = [
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  configMaps,
  cronJobs,
  daemonSets,
  deployments,
  endpoints,
  endpointSlices,
  horizontalPodAutoscalers,
  ingressClasses,
  ingresses,
  jobs,
  leases,
  limitRanges,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  namespaces,
  networkPolicies,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  resourceQuotas,
  roleBindings,
  roles,
  secrets,
  serviceAccounts,
  services,
  statefulSets,
  storageClasses,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  volumeAttachments,
];
