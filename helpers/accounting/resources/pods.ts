import type { ResourceTable } from '../table.ts';
import { containerFamilies } from './pods/containers.ts';
import { initContainerFamilies } from './pods/init-containers.ts';
import { metadataFamilies } from './pods/metadata.ts';
import type { Pod } from './pods/pod.ts';
import { specFamilies } from './pods/spec.ts';
import { statusFamilies } from './pods/status.ts';

export const pods: ResourceTable<Pod> = {
  resource: 'pods',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Pod' }),
  labels: ({ metadata }) => ({ namespace: metadata.namespace ?? '', pod: metadata.name, uid: metadata.uid ?? '' }),
  families: [...metadataFamilies, ...specFamilies, ...statusFamilies, ...containerFamilies, ...initContainerFamilies],
};
