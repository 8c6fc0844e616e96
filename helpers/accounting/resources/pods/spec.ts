import { EVERY_KEY, sanitizedLabels } from '../../labels.ts';
import { cpuQuantity, integerQuantity } from '../../quantity.ts';
import { type Expected, type FamilyRow, fact, gauge, value } from '../../table.ts';
import type { Pod } from './pod.ts';
import { tolerations } from './tolerations.ts';
import { claimIsReadOnly, claims } from './volumes.ts';

export const specFamilies: readonly FamilyRow<Pod>[] = [
  gauge('kube_pod_nodeselectors', { stability: 'ALPHA', optIn: true }, ({ spec }: Pod, context) =>
    fact(sanitizedLabels('nodeselector', spec?.nodeSelector, EVERY_KEY, context)),
  ),
  gauge('kube_pod_overhead_cpu_cores', { stability: 'ALPHA' }, ({ spec }: Pod, context) =>
    value(spec?.overhead?.cpu === undefined ? undefined : cpuQuantity(spec.overhead.cpu, context)),
  ),
  gauge('kube_pod_overhead_memory_bytes', { stability: 'ALPHA' }, ({ spec }: Pod) =>
    value(spec?.overhead?.memory === undefined ? undefined : integerQuantity(spec.overhead.memory)),
  ),
  gauge('kube_pod_resourceclaim_info', { stability: 'ALPHA', since: '2.20' }, resourceClaims),
  gauge('kube_pod_restart_policy', { stability: 'STABLE' }, ({ spec }: Pod) => fact({ type: spec?.restartPolicy ?? '' })),
  gauge('kube_pod_runtimeclass_name_info', { stability: 'ALPHA' }, ({ spec }: Pod) =>
    spec?.runtimeClassName === undefined ? [] : fact({ runtimeclass_name: spec.runtimeClassName }),
  ),
  gauge('kube_pod_scheduler', { stability: 'ALPHA', since: '2.11' }, ({ spec }: Pod) =>
    fact({ name: spec?.schedulerName ?? '' }),
  ),
  gauge('kube_pod_service_account', { stability: 'ALPHA', since: '2.10' }, ({ spec }: Pod) =>
    fact({ service_account: spec?.serviceAccountName ?? '' }),
  ),
  gauge('kube_pod_spec_volumes_persistentvolumeclaims_info', { stability: 'STABLE' }, claims),
  gauge('kube_pod_spec_volumes_persistentvolumeclaims_readonly', { stability: 'STABLE' }, claimIsReadOnly),
  gauge('kube_pod_tolerations', { stability: 'ALPHA', since: '2.6' }, tolerations),
];

/** A claim made from a template has its name in the pod's status, and none until it is made. */
function resourceClaims({ spec, status }: Pod): readonly Expected[] {
  return (spec?.resourceClaims ?? []).flatMap(({ name, resourceClaimName, resourceClaimTemplateName }) => {
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) return [];
    const made = status?.resourceClaimStatuses?.findLast((claim) => claim.name === name && claim.resourceClaimName !== undefined);
    return fact({
      claim_name: name,
      resourceclaim_name: resourceClaimName ?? made?.resourceClaimName ?? '',
      resourceclaim_template_name: resourceClaimTemplateName ?? '',
    });
  });
}
