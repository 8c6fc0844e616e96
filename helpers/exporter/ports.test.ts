import type { Container, Service } from '../kube/workload.ts';
import { isOnLoopback, portsOf, reachedAt } from './ports.ts';
import { frontsOf, isProxy, listenerOf, ruleOf, withFronts } from './secured.ts';

test.each([
  [
    ['--host=127.0.0.1', '--port=8081', '--telemetry-host=127.0.0.1', '--telemetry-port=8082'],
    [8081, 8082],
  ],
  [['--host', '127.0.0.1'], [8080]],
  [['--telemetry-host=localhost'], [8081]],
  [['--host=0.0.0.0', '--port=8081'], []],
  [['--host=127.0.0.1', '--host=::'], []],
])('%j listens on the loopback interface only for %j', (args, expected) => {
  expect([8080, 8081, 8082].filter((port) => isOnLoopback(args, port))).toEqual(expected);
});

const exporter = (...args: string[]): Container => ({ name: 'exporter', image: 'kube-state-metrics:v2.20.0', args });
const proxy = (name: string, ...args: string[]): Container => ({ name, image: 'quay.io/brancz/kube-rbac-proxy:v0.22.1', args });
const service = { spec: { ports: [{ name: 'https-main', port: 443, targetPort: 'https' }] } } as unknown as Service;

test.each([
  [['--auth-filter'], { onLoopback: false, tls: false, token: true }],
  [['--auth-filter', '--auth-filter=false'], { onLoopback: false, tls: false, token: false }],
  [['--tls-config', '/etc/web.yaml'], { onLoopback: false, tls: true, token: false }],
  [['--tls-config='], { onLoopback: false, tls: false, token: false }],
  [['--host=127.0.0.1', '--auth-filter=true'], { onLoopback: true, tls: false, token: true }],
])('An exporter with %j', (args, expected) => {
  const containers = [exporter(...args), proxy('proxy', '--secure-listen-address=:8443', '--upstream=http://127.0.0.1:8080/')];

  expect(listenerOf(containers, 8080)).toEqual(expected);
  expect(listenerOf(containers, 8443)).toEqual({ onLoopback: false, tls: false, token: false });
});

test('A proxy is known by its image, and in a mirror under another name by its arguments', () => {
  const args = ['--secure-listen-address=[$(IP)]:9100', '--upstream=http://localhost/'];

  expect(frontsOf([exporter(), { ...proxy('mirrored', ...args), image: 'registry.example/proxy@sha256:0' }])).toEqual([
    { container: 'mirrored', port: 9100, tls: true, upstream: 'http://localhost/', upstreamPort: 80 },
  ]);
  expect(isProxy(proxy('proxy'))).toBe(true);
  expect(isProxy(exporter('--upstream=http://127.0.0.1/'))).toBe(false);
});

test.each(['http://10.0.0.1:8080/', 'nonsense', ''])('The upstream %j is no port of the pod', (upstream) => {
  const [front] = frontsOf([proxy('proxy', '--insecure-listen-address=:8443', `--upstream=${upstream}`)]);

  expect(front).toEqual({ container: 'proxy', port: 8443, tls: false, upstream });
});

test('A port behind a proxy has the names of the proxy’s', () => {
  const main = { ...proxy('main', '--secure-listen-address=:8443', '--upstream=http://127.0.0.1:8080/') };
  const ports = portsOf(exporter(), service);
  const { metrics, telemetry } = withFronts(
    ports,
    [exporter(), { ...main, ports: [{ name: 'https', containerPort: 8443 }] }],
    service,
  );

  expect(metrics).toEqual({
    name: 'https-main',
    number: 8080,
    servicePort: 443,
    front: { container: 'main', port: 8443, tls: true },
  });
  expect(reachedAt(metrics)).toBe(8443);
  expect(telemetry).toEqual({ name: 'telemetry', number: 8081 });
});

test('A proxy requires the right of its configuration, or that to get /metrics', () => {
  const args = ['--secure-listen-address=:8443', '--upstream=http://127.0.0.1:8080/'];
  const attributes =
    'authorization: {resourceAttributes: {resource: services, subresource: ksm, name: ksm, namespace: monitoring}}';
  const objects = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'rbac' }, data: { 'config.yaml': attributes } }];
  const configured = {
    ...proxy('configured', ...args, '--config-file=/etc/proxy/config.yaml'),
    volumeMounts: [{ name: 'config', mountPath: '/etc/proxy/' }],
  };
  const spec = { containers: [proxy('plain', ...args), configured], volumes: [{ name: 'config', configMap: { name: 'rbac' } }] };

  const workload = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'exporter' }, spec: { template: { spec } } };

  expect(frontsOf(spec.containers).map((front) => ruleOf(front, workload, objects))).toEqual([
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    { apiGroups: [''], resources: ['services/ksm'], resourceNames: ['ksm'], verbs: ['get'] },
  ]);
});
