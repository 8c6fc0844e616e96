import type { ResourceTable } from '../table.ts';
import { configMaps } from './configmaps.ts';
import { cronJobs } from './cronjobs.ts';
import { daemonSets } from './daemonsets.ts';
import { deployments } from './deployments.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlices } from './endpointslices.ts';
import { jobs } from './jobs.ts';
import { namespaces } from './namespaces.ts';
import { persistentVolumeClaims } from './persistentvolumeclaims.ts';
import { replicaSets } from './replicasets.ts';
import { replicationControllers } from './replicationcontrollers.ts';
import { secrets } from './secrets.ts';
import { serviceAccounts } from './serviceaccounts.ts';
import { services } from './services.ts';
import { statefulSets } from './statefulsets.ts';

/** All that the suite knows of the exporter's families, a table for each resource. */
export const tables: readonly ResourceTable[] = [
  configMaps,
  cronJobs,
  daemonSets,
  deployments,
  endpoints,
  endpointSlices,
  jobs,
  namespaces,
  persistentVolumeClaims,
  replicaSets,
  replicationControllers,
  secrets,
  serviceAccounts,
  services,
  statefulSets,
];
