import type { Endpoints } from '../../kube/types.ts';
import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { endpoints, type Service, services } from './services.ts';

describe('services', () => {
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
});

describe('endpoints', () => {
  const web: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'web', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
    subsets: [
      {
        addresses: [{ ip: '10.42.0.5' }, { ip: '10.42.0.6' }],
        notReadyAddresses: [{ ip: '10.42.0.7' }],
        ports: [
          { name: 'http', port: 8080, protocol: 'TCP' },
          { name: 'metrics', port: 9090, protocol: 'TCP' },
        ],
      },
      { addresses: [{ ip: '10.42.0.5' }], ports: [{ port: 53, protocol: 'UDP' }] },
    ],
  };

  test('2.5 counts an address for each port', () => {
    expect(samplesAsText(endpoints, web, '2.5.0')).toEqual(
      asText(`
      kube_endpoint_info 1
      kube_endpoint_created 1714557600
      kube_endpoint_annotations 1
      kube_endpoint_labels 1
      kube_endpoint_address_available 5
      kube_endpoint_address_not_ready 2
      kube_endpoint_ports{port_name="http",port_protocol="TCP",port_number="8080"} 1
      kube_endpoint_ports{port_name="metrics",port_protocol="TCP",port_number="9090"} 1
      kube_endpoint_ports{port_name="",port_protocol="UDP",port_number="53"} 1
    `),
    );
  });

  test('2.6 exposes each address, and an address in two subsets twice', () => {
    const addresses = samplesAsText(endpoints, web, '2.6.0').filter((line) => line.startsWith('kube_endpoint_address{'));

    expect(addresses).toEqual(
      asText(`
      kube_endpoint_address{ip="10.42.0.5",ready="true"} 1
      kube_endpoint_address{ip="10.42.0.5",ready="true"} 1
      kube_endpoint_address{ip="10.42.0.6",ready="true"} 1
      kube_endpoint_address{ip="10.42.0.7",ready="false"} 1
    `),
    );
  });

  test('from 2.14 on there is a series for each address and port, and no counts', () => {
    expect(samplesAsText(endpoints, web, '2.20.0')).toEqual(
      asText(`
      kube_endpoint_info 1
      kube_endpoint_created 1714557600
      kube_endpoint_address{port_name="http",port_protocol="TCP",port_number="8080",ip="10.42.0.5",ready="true"} 1
      kube_endpoint_address{port_name="http",port_protocol="TCP",port_number="8080",ip="10.42.0.6",ready="true"} 1
      kube_endpoint_address{port_name="http",port_protocol="TCP",port_number="8080",ip="10.42.0.7",ready="false"} 1
      kube_endpoint_address{port_name="metrics",port_protocol="TCP",port_number="9090",ip="10.42.0.5",ready="true"} 1
      kube_endpoint_address{port_name="metrics",port_protocol="TCP",port_number="9090",ip="10.42.0.6",ready="true"} 1
      kube_endpoint_address{port_name="metrics",port_protocol="TCP",port_number="9090",ip="10.42.0.7",ready="false"} 1
      kube_endpoint_address{port_name="",port_protocol="UDP",port_number="53",ip="10.42.0.5",ready="true"} 1
      kube_endpoint_ports{port_name="http",port_protocol="TCP",port_number="8080"} 1
      kube_endpoint_ports{port_name="metrics",port_protocol="TCP",port_number="9090"} 1
      kube_endpoint_ports{port_name="",port_protocol="UDP",port_number="53"} 1
    `),
    );
  });

  test('a service without pods has endpoints without subsets', () => {
    const { subsets: _, ...none } = web;

    expect(samplesAsText(endpoints, none, '2.13.0')).toEqual(
      asText(`
      kube_endpoint_info 1
      kube_endpoint_created 1714557600
      kube_endpoint_address_available 0
      kube_endpoint_address_not_ready 0
    `),
    );
  });

  test('endpoints are exposed by default through 2.17', () => {
    expect(endpoints.isDefault({ major: 2, minor: 17, patch: 0 })).toBe(true);
    expect(endpoints.isDefault({ major: 2, minor: 18, patch: 0 })).toBe(false);
  });
});
