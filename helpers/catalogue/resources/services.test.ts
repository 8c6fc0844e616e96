import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Service, services } from './services.ts';

const service: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 's1',
    creationTimestamp: '2024-05-01T10:00:00Z',
    deletionTimestamp: '2024-05-01T11:00:00Z',
  },
  spec: {
    type: 'LoadBalancer',
    clusterIP: '10.43.7.9',
    externalIPs: ['192.0.2.10', '192.0.2.11'],
    loadBalancerIP: '198.51.100.7',
    externalTrafficPolicy: 'Local',
  },
  status: { loadBalancer: { ingress: [{ ip: '198.51.100.7' }, { hostname: 'web.example.com' }] } },
};

test('2.5 exposes the cluster IP and the external addresses', () => {
  expect(samplesAsText(services, service, '2.5.0')).toEqual(
    asText(`
      kube_service_info{cluster_ip="10.43.7.9",external_name="",load_balancer_ip="198.51.100.7"} 1
      kube_service_created 1714557600
      kube_service_spec_type{type="LoadBalancer"} 1
      kube_service_annotations 1
      kube_service_labels 1
      kube_service_spec_external_ip{external_ip="192.0.2.10"} 1
      kube_service_spec_external_ip{external_ip="192.0.2.11"} 1
      kube_service_status_load_balancer_ingress{ip="198.51.100.7",hostname=""} 1
      kube_service_status_load_balancer_ingress{ip="",hostname="web.example.com"} 1
    `),
  );
});

test('2.20 adds the traffic policy and the deletion timestamp', () => {
  expect(samplesAsText(services, service, '2.20.0')).toEqual(
    asText(`
      kube_service_info{cluster_ip="10.43.7.9",external_name="",load_balancer_ip="198.51.100.7",external_traffic_policy="Local"} 1
      kube_service_created 1714557600
      kube_service_spec_type{type="LoadBalancer"} 1
      kube_service_spec_external_ip{external_ip="192.0.2.10"} 1
      kube_service_spec_external_ip{external_ip="192.0.2.11"} 1
      kube_service_status_load_balancer_ingress{ip="198.51.100.7",hostname=""} 1
      kube_service_status_load_balancer_ingress{ip="",hostname="web.example.com"} 1
      kube_service_deletion_timestamp 1714561200
    `),
  );
});

test('a service of type ExternalName has no addresses', () => {
  const external = { ...service, spec: { type: 'ExternalName', externalName: 'db.example.com' }, status: {} };

  expect(samplesAsText(services, external, '2.15.0')).toEqual(
    asText(`
      kube_service_info{cluster_ip="",external_name="db.example.com",load_balancer_ip="",external_traffic_policy=""} 1
      kube_service_created 1714557600
      kube_service_spec_type{type="ExternalName"} 1
    `),
  );
});

test('every sample has the uid', () => {
  const context = contextOf({ major: 2, minor: 5, patch: 0 }, {});

  expect(services.labels(service, context)).toEqual({ namespace: 'shop', service: 'web', uid: 's1' });
});
