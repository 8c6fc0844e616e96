import { EVERY_KEY, sanitizedLabels } from '../../labels.ts';
import { cpuQuantity, integerQuantity } from '../../quantity.ts';
import { type Context, type Expected, type FamilyRow, fact, gauge, value } from '../../table.ts';
import type { Pod, Toleration } from './pod.ts';

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

/** The claims of a pod. The name of a claim from a template is in the pod's status after its creation. */
function resourceClaims({ spec, status }: Pod): readonly Expected[] {
  return (spec?.resourceClaims ?? []).flatMap(({ name, resourceClaimName, resourceClaimTemplateName }) => {
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) return [];
    const created = status?.resourceClaimStatuses?.findLast(
      (claim) => claim.name === name && claim.resourceClaimName !== undefined,
    );
    return fact({
      claim_name: name,
      resourceclaim_name: resourceClaimName ?? created?.resourceClaimName ?? '',
      resourceclaim_template_name: resourceClaimTemplateName ?? '',
    });
  });
}

/**
 * The pod's tolerations. Before 2.14 empty labels are omitted, and an empty toleration has no sample.
 * Kubernetes allows duplicate tolerations: they are duplicate series before 2.15, and before 2.18 if they have `tolerationSeconds`.
 */
function tolerations({ spec }: Pod, context: Context): readonly Expected[] {
  const labels = distinct(spec?.tolerations ?? [], context).map(tolerationLabels);
  if (context.since('2.14')) return labels.flatMap(fact);
  return labels
    .map(withoutEmpty)
    .filter((nonEmpty) => Object.keys(nonEmpty).length > 0)
    .flatMap(fact);
}

function tolerationLabels({ key, operator, value, effect, tolerationSeconds }: Toleration): Expected['labels'] {
  return {
    key: key ?? '',
    operator: operator ?? '',
    value: value ?? '',
    effect: effect ?? '',
    toleration_seconds: tolerationSeconds === undefined ? '' : String(tolerationSeconds),
  };
}

function distinct(tolerations: readonly Toleration[], context: Context): readonly Toleration[] {
  if (!context.since('2.15')) return tolerations;
  const identities = new Set<string>();
  return tolerations.filter((toleration) => {
    if (toleration.tolerationSeconds !== undefined && !context.since('2.18')) return true;
    const identity = JSON.stringify(tolerationLabels(toleration));
    const isNew = !identities.has(identity);
    identities.add(identity);
    return isNew;
  });
}

function withoutEmpty(labels: Expected['labels']): Expected['labels'] {
  return Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
}

/** The claims of the pod's volumes, from 2.20 on also those of generic ephemeral volumes. */
function claims(pod: Pod, context: Context): readonly Expected[] {
  return volumeSamples(pod, context, () => 1);
}

/** 1 for a read-only claim, 0 for any other, including ephemeral volumes. */
function claimIsReadOnly(pod: Pod, context: Context): readonly Expected[] {
  return volumeSamples(pod, context, (readOnly) => (readOnly ? 1 : 0));
}

function volumeSamples({ metadata, spec }: Pod, context: Context, value: (readOnly: boolean) => number): readonly Expected[] {
  const hasEphemeral = context.since('2.20');
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim, ephemeral }) => {
    if (claim) {
      const labels = { volume: name, persistentvolumeclaim: claim.claimName, ...(hasEphemeral && { ephemeral: 'false' }) };
      return [{ labels, value: value(claim.readOnly ?? false) }];
    }
    if (!ephemeral || !hasEphemeral) return [];
    const labels = { volume: name, persistentvolumeclaim: `${metadata.name}-${name}`, ephemeral: 'true' };
    return [{ labels, value: value(false) }];
  });
}
