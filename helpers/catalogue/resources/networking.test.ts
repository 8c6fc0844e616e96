import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type Ingress, type IngressClass, ingressClasses, ingresses, type NetworkPolicy, networkPolicies } from './networking.ts';

describe('ingressclasses', () => {
  const nginx: IngressClass = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx', creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };

  const always = `
  kube_ingressclass_info{controller="k8s.io/ingress-nginx"} 1
  kube_ingressclass_created 1714557600
`;

  test('an ingress class has its controller, from 2.7 on and not by default', () => {
    expect(samplesAsText(ingressClasses, nginx, '2.6.0')).toEqual([]);
    expect(samplesAsText(ingressClasses, nginx, '2.7.0')).toEqual(
      asText(`${always}
      kube_ingressclass_annotations 1
      kube_ingressclass_labels 1`),
    );
    expect(samplesAsText(ingressClasses, nginx, '2.20.0')).toEqual(asText(always));
    expect(ingressClasses.isDefault({ major: 2, minor: 20, patch: 0 })).toBe(false);
  });
});

describe('ingresses', () => {
  const web = { service: { name: 'web', port: { number: 8080 } } };
  const assets = { resource: { apiGroup: 'storage.example.com', kind: 'Bucket', name: 'assets' } };

  const ingress: Ingress = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'shop', namespace: 'shop', resourceVersion: '77', creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        { host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: web }] } },
        { host: 'idle.example.com' },
        {
          http: {
            paths: [{ pathType: 'ImplementationSpecific', backend: { service: { name: 'api', port: { name: 'http' } } } }],
          },
        },
      ],
      tls: [{ hosts: ['shop.example.com', 'www.example.com'], secretName: 'certificate' }, { hosts: ['idle.example.com'] }],
    },
  };

  const always = `
  kube_ingress_info{ingressclass="nginx"} 1
  kube_ingress_created 1714557600
  kube_ingress_metadata_resource_version 77
  kube_ingress_tls{tls_host="shop.example.com",secret="certificate"} 1
  kube_ingress_tls{tls_host="www.example.com",secret="certificate"} 1
  kube_ingress_tls{tls_host="idle.example.com",secret=""} 1
`;

  test('2.5 exposes each path, and a named port as 0', () => {
    expect(samplesAsText(ingresses, ingress, '2.5.0')).toEqual(
      asText(`${always}
      kube_ingress_path{host="shop.example.com",path="/",service_name="web",service_port="8080"} 1
      kube_ingress_path{host="",path="",service_name="api",service_port="0"} 1
      kube_ingress_annotations 1
      kube_ingress_labels 1`),
    );
  });

  test('2.20 also exposes the type of each path', () => {
    expect(samplesAsText(ingresses, ingress, '2.20.0')).toEqual(
      asText(`${always}
      kube_ingress_path{host="shop.example.com",path="/",path_type="Prefix",service_name="web",service_port="8080"} 1
      kube_ingress_path{host="",path="",path_type="ImplementationSpecific",service_name="api",service_port="0"} 1`),
    );
  });

  test.each([
    ['2.7.0', 'kube_ingress_path{host="",path="/assets",service_name="",service_port=""} 1'],
    [
      '2.11.0',
      'kube_ingress_path{host="",path="/assets",resource_api_group="storage.example.com",resource_kind="Bucket",resource_name="assets"} 1',
    ],
    [
      '2.16.0',
      'kube_ingress_path{host="",path="/assets",path_type="Exact",resource_api_group="storage.example.com",resource_kind="Bucket",resource_name="assets"} 1',
    ],
  ])('%s exposes a backend that is not a service as %s', (release, expected) => {
    const paths = [{ path: '/assets', pathType: 'Exact', backend: assets }];

    expect(samplesAsText(ingresses, { ...ingress, spec: { rules: [{ http: { paths } }] } }, release)).toContain(expected);
  });

  test('a path with two types is one series twice before 2.16, and two series from 2.16 on', () => {
    const paths = ['Exact', 'Prefix'].map((pathType) => ({ path: '/', pathType, backend: web }));
    const both = { ...ingress, spec: { rules: [{ host: 'shop.example.com', http: { paths } }] } };
    const distinct = (release: string) =>
      new Set(samplesAsText(ingresses, both, release).filter((sample) => sample.startsWith('kube_ingress_path'))).size;

    expect(distinct('2.15.0')).toBe(1);
    expect(distinct('2.16.0')).toBe(2);
  });

  test('the old annotation takes precedence over the class, and the default class is _default', () => {
    const annotated = {
      ...ingress,
      metadata: { ...ingress.metadata, annotations: { 'kubernetes.io/ingress.class': 'traefik' } },
    };

    expect(samplesAsText(ingresses, annotated, '2.20.0')).toContain('kube_ingress_info{ingressclass="traefik"} 1');
    expect(samplesAsText(ingresses, { ...ingress, spec: {} }, '2.20.0')).toContain(
      'kube_ingress_info{ingressclass="_default"} 1',
    );
  });
});

describe('networkpolicies', () => {
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'only-web', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
    spec: { ingress: [{ from: [] }, { from: [] }] },
  };

  const always = `
  kube_networkpolicy_created 1714557600
  kube_networkpolicy_spec_ingress_rules 2
  kube_networkpolicy_spec_egress_rules 0
`;

  test('a network policy has its number of rules in each direction', () => {
    expect(samplesAsText(networkPolicies, policy, '2.5.0')).toEqual(
      asText(`${always}
      kube_networkpolicy_annotations 1
      kube_networkpolicy_labels 1`),
    );
    expect(samplesAsText(networkPolicies, policy, '2.20.0')).toEqual(asText(always));
  });

  test('a policy that allows all egress has one empty rule', () => {
    expect(samplesAsText(networkPolicies, { ...policy, spec: { egress: [{}] } }, '2.20.0')).toContain(
      'kube_networkpolicy_spec_egress_rules{} 1',
    );
  });
});
