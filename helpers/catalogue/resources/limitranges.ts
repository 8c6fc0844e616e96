import type { KubernetesObject } from '../../kube/object.ts';
import { created, namespaceAndName } from '../metadata.ts';
import { quantity } from '../quantity.ts';
import { gauge, type ResourceTable } from '../table.ts';

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
