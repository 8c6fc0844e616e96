import type { Lease } from '../../kube/types.ts';
import { atLeast } from '../../version.ts';
import { ownerSamples, unixTime } from '../metadata.ts';
import { type Context, gauge, type ResourceTable, value } from '../table.ts';

export const leases: ResourceTable<Lease> = {
  resource: 'leases',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }),
  // Before 2.7 the nodes' leases, before 2.10 the leases of all namespaces, from 2.10 on those of `--namespaces`.
  listsNamespace: (exporter) => (atLeast(exporter, '2.10') ? undefined : atLeast(exporter, '2.7') ? '' : 'kube-node-lease'),
  labels: ({ metadata }) => ({ lease: metadata.name }),
  families: [
    gauge('kube_lease_owner', { stability: 'ALPHA' }, (lease, context) =>
      ownerSamples(lease, context).map(({ labels: { owner_kind = '', owner_name = '' }, value }) => ({
        labels: { owner_kind, owner_name, ...holderLabels(lease, context) },
        value,
      })),
    ),
    gauge('kube_lease_renew_time', { stability: 'ALPHA' }, ({ metadata, spec }, context) =>
      value(unixTime(spec?.renewTime)).map((sample) => ({
        ...sample,
        labels: context.since('2.9') ? { namespace: metadata.namespace ?? '' } : {},
      })),
    ),
  ],
};

function holderLabels({ metadata, spec }: Lease, context: Context): Record<string, string> {
  return context.since('2.7') ? { namespace: metadata.namespace ?? '', lease_holder: spec?.holderIdentity ?? '' } : {};
}
