import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Endpoints, endpoints } from './endpoints.ts';

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
