import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { quantity } from '../quantity.ts';
import { type Context, type Expected, gauge, type ResourceTable } from '../table.ts';

const CONSTRAINTS = ['min', 'max', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

type Limit = { readonly type: string } & {
  readonly [constraint in (typeof CONSTRAINTS)[number]]?: Readonly<Record<string, string>>;
};

export interface LimitRange extends KubernetesObject {
  readonly spec?: { readonly limits?: readonly Limit[] | null };
}

export const limitRanges: ResourceTable<LimitRange> = {
  resource: 'limitranges',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'LimitRange' }),
  labels: namespaceAndName('limitrange'),
  families: [
    // Kubernetes allows two limits of the same type; the exporter then exposes the same series twice.
    gauge('kube_limitrange', { stability: 'STABLE' }, ({ spec }, context) =>
      (spec?.limits ?? []).flatMap((limit) =>
        CONSTRAINTS.flatMap((constraint) =>
          Object.entries(limit[constraint] ?? {}).map(([resource, amount]) => ({
            labels: { resource, type: limit.type, constraint },
            value: quantity(amount, context),
          })),
        ),
      ),
    ),
    gauge('kube_limitrange_created', { stability: 'STABLE' }, created),
  ],
};

type Quantities = Readonly<Record<string, string>>;

export interface ResourceQuota extends KubernetesObject {
  readonly status?: { readonly hard?: Quantities; readonly used?: Quantities };
}

export const resourceQuotas: ResourceTable<ResourceQuota> = {
  resource: 'resourcequotas',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'ResourceQuota' }),
  labels: namespaceAndName('resourcequota'),
  families: [
    gauge('kube_resourcequota_created', { stability: 'STABLE' }, created),
    // The amounts in the status, not those in the spec.
    gauge('kube_resourcequota', { stability: 'STABLE' }, ({ status }, context) => [
      ...quotaSamples('hard', status?.hard, context),
      ...quotaSamples('used', status?.used, context),
    ]),
    annotationsFamily('resourcequotas', 'kube_resourcequota_annotations', { stability: 'ALPHA', since: '2.10' }),
    labelsFamily('resourcequotas', 'kube_resourcequota_labels', { stability: 'STABLE', since: '2.10' }),
  ],
};

function quotaSamples(type: string, quantities: Quantities | undefined, context: Context): readonly Expected[] {
  return Object.entries(quantities ?? {}).map(([resource, amount]) => ({
    labels: { resource, type },
    value: quantity(amount, context),
  }));
}
