import type { EndpointSlice } from '../../kube/types.ts';
import { contextOf } from '../table.ts';
import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { endpointSlices } from './endpointslices.ts';

const slice: EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-x7k2p', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  addressType: 'IPv4',
  endpoints: [
    {
      addresses: ['10.42.0.5'],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: 'web-0',
      targetRef: { kind: 'Pod', name: 'web-0', namespace: 'shop' },
      nodeName: 'server',
      zone: 'east',
      hints: { forZones: [{ name: 'east' }, { name: 'west' }] },
    },
    { addresses: ['10.42.0.6'], conditions: {} },
  ],
  ports: [
    { name: 'http', port: 8080, protocol: 'TCP' },
    { name: '', protocol: 'UDP' },
  ],
};

function endpointsIn(release: string): readonly string[] {
  return samplesAsText(endpointSlices, slice, release).filter((line) => line.startsWith('kube_endpointslice_endpoints{'));
}

test('2.20 exposes endpoints, their zone hints, and ports', () => {
  expect(samplesAsText(endpointSlices, slice, '2.20.0')).toEqual(
    asText(`
      kube_endpointslice_info{addresstype="IPv4"} 1
      kube_endpointslice_created 1714557600
      kube_endpointslice_endpoints_hints{address="10.42.0.5",for_zone="east"} 1
      kube_endpointslice_endpoints_hints{address="10.42.0.5",for_zone="west"} 1
      kube_endpointslice_endpoints{address="10.42.0.5",ready="true",serving="true",terminating="false",hostname="web-0",targetref_kind="Pod",targetref_name="web-0",targetref_namespace="shop",endpoint_nodename="server",endpoint_zone="east"} 1
      kube_endpointslice_endpoints{address="10.42.0.6",ready="",serving="",terminating="",hostname="",targetref_kind="",targetref_name="",targetref_namespace="",endpoint_nodename="",endpoint_zone=""} 1
      kube_endpointslice_ports{port_name="http",port_protocol="TCP",port_number="8080"} 1
      kube_endpointslice_ports{port_name="",port_protocol="UDP",port_number=""} 1
    `),
  );
});

test('from 2.14 through 2.19 serving has the value of terminating, and terminating the hostname', () => {
  const expected = asText(`
    kube_endpointslice_endpoints{address="10.42.0.5",ready="true",serving="false",terminating="web-0",hostname="",targetref_kind="Pod",targetref_name="web-0",targetref_namespace="shop",endpoint_nodename="server",endpoint_zone="east"} 1
    kube_endpointslice_endpoints{address="10.42.0.6",ready="",serving="",terminating="",hostname="",targetref_kind="",targetref_name="",targetref_namespace="",endpoint_nodename="",endpoint_zone=""} 1
  `);

  expect(endpointsIn('2.14.0')).toEqual(expected);
  expect(endpointsIn('2.19.1')).toEqual(expected);
});

test('before 2.14 an unset field of an endpoint has no label', () => {
  expect(endpointsIn('2.13.0')).toEqual(
    asText(`
      kube_endpointslice_endpoints{address="10.42.0.5",ready="true",serving="true",terminating="false",hostname="web-0",targetref_kind="Pod",targetref_name="web-0",targetref_namespace="shop",endpoint_nodename="server",endpoint_zone="east"} 1
      kube_endpointslice_endpoints{address="10.42.0.6"} 1
    `),
  );
});

test('samples have the namespace from 2.11 on', () => {
  const context = (minor: number) => contextOf({ major: 2, minor, patch: 0 }, {});

  expect(endpointSlices.labels(slice, context(10))).toEqual({ endpointslice: 'web-x7k2p' });
  expect(endpointSlices.labels(slice, context(11))).toEqual({ endpointslice: 'web-x7k2p', namespace: 'shop' });
});

test('slices are exposed from 2.8 on, by default from 2.18 on', () => {
  expect(samplesAsText(endpointSlices, slice, '2.7.0')).toEqual([]);
  expect(endpointSlices.isDefault({ major: 2, minor: 17, patch: 0 })).toBe(false);
  expect(endpointSlices.isDefault({ major: 2, minor: 18, patch: 0 })).toBe(true);
});
