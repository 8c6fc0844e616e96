import type { KubernetesObject } from '../../kube/object.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, deletionTimestamp } from '../metadata.ts';
import { type Context, type Expected, fact, gauge, type ResourceTable } from '../table.ts';

export interface Service extends KubernetesObject {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly externalIPs?: readonly string[];
    readonly loadBalancerIP?: string;
    readonly externalTrafficPolicy?: string;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}

export const services: ResourceTable<Service> = {
  resource: 'services',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'v1', kind: 'Service' }),
  labels: ({ metadata }) => ({ namespace: metadata.namespace ?? '', service: metadata.name, uid: metadata.uid ?? '' }),
  families: [
    gauge('kube_service_info', { stability: 'STABLE' }, info),
    gauge('kube_service_created', { stability: 'STABLE' }, created),
    gauge('kube_service_spec_type', { stability: 'STABLE' }, (service: Service) => fact({ type: service.spec?.type ?? '' })),
    annotationsFamily('services', 'kube_service_annotations', { stability: 'ALPHA' }),
    labelsFamily('services', 'kube_service_labels', { stability: 'STABLE' }),
    gauge('kube_service_spec_external_ip', { stability: 'STABLE' }, (service: Service) =>
      (service.spec?.externalIPs ?? []).flatMap((ip) => fact({ external_ip: ip })),
    ),
    gauge('kube_service_status_load_balancer_ingress', { stability: 'STABLE' }, (service: Service) =>
      (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip = '', hostname = '' }) => fact({ ip, hostname })),
    ),
    gauge('kube_service_deletion_timestamp', { stability: 'ALPHA', since: '2.17' }, deletionTimestamp),
  ],
};

function info({ spec }: Service, context: Context): readonly Expected[] {
  return fact({
    cluster_ip: spec?.clusterIP ?? '',
    external_name: spec?.externalName ?? '',
    load_balancer_ip: spec?.loadBalancerIP ?? '',
    ...(context.since('2.15') && { external_traffic_policy: spec?.externalTrafficPolicy ?? '' }),
  });
}
