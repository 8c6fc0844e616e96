import type { RawObject } from '../../helpers/kube/object.ts';
import {
  argument,
  combined,
  container,
  extraObject,
  podSpec,
  rules,
  service,
  set,
  withoutRuleOf,
} from '../../helpers/suite/mutant/changes.ts';
import { type Change, type ClusterChange, mutant } from '../../helpers/suite/mutant/mutant.ts';

const RBAC = 'rbac.authorization.k8s.io';
const loopback = ['--host=127.0.0.1', '--port=8081', '--telemetry-host=127.0.0.1', '--telemetry-port=8082'];

interface Sidecar {
  readonly name: string;
  readonly port: number;
  readonly upstream: number;
  readonly portName: string;
}

const main: Sidecar = { name: 'kube-rbac-proxy-main', port: 8443, upstream: 8081, portName: 'https-main' };
const self: Sidecar = { name: 'kube-rbac-proxy-self', port: 9443, upstream: 8082, portName: 'https-self' };

/** As kube-prometheus deploys it: the exporter on the loopback interface, and a kube-rbac-proxy in front of each of its ports. */
function behindProxies({
  exporter = loopback,
  proxies = [main, self],
  args = [] as readonly string[],
  insecure = false,
} = {}): Change {
  return combined(
    podSpec((spec) => {
      const [first] = spec.containers;
      set(first, { args: exporter, ports: [], livenessProbe: undefined, readinessProbe: undefined });
      spec.containers.push(...proxies.map((proxy) => sidecar(proxy, args, insecure)));
    }),
    service(({ spec }) => {
      spec.ports = proxies.map(({ port, portName }) => ({ name: portName, port, targetPort: portName }));
    }),
  );
}

function sidecar({ name, port, upstream, portName }: Sidecar, args: readonly string[], insecure: boolean) {
  return {
    name,
    image: 'quay.io/brancz/kube-rbac-proxy:v0.22.1',
    args: [`--${insecure ? 'insecure' : 'secure'}-listen-address=:${port}`, `--upstream=http://127.0.0.1:${upstream}/`, ...args],
    ports: [{ name: portName, containerPort: port }],
    resources: { requests: { cpu: '10m', memory: '20Mi' }, limits: { cpu: '40m', memory: '40Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsUser: 65532,
    },
  };
}

/** Mounts a TLS configuration without a certificate, and a file of options that names it. */
function withoutCertificate(argumentOfExporter: string): Change {
  const data = { 'web.yaml': 'http_server_config: {}\n', 'options.yaml': 'tls_config: /etc/tls/web.yaml\n' };
  return combined(
    podSpec((spec) => {
      const [first] = spec.containers;
      set(first, { args: [argumentOfExporter], volumeMounts: [{ name: 'web', mountPath: '/etc/tls' }] });
      Object.assign(spec, { volumes: [{ name: 'web', configMap: { name: 'web' } }] });
    }),
    extraObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' }, data }),
  );
}

/** Lets every ServiceAccount get /metrics, wherever it is served. */
const everyAccountMayScrape: ClusterChange = async ({ objects: owned }) => {
  const metadata = { name: `every-account-gets-metrics-${owned.run}` };
  const scrape = [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }];
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: metadata.name };
  const subjects = [{ apiGroup: RBAC, kind: 'Group', name: 'system:serviceaccounts' }];
  await owned.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata, rules: scrape } as RawObject);
  await owned.create({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects } as RawObject);
  return async () => undefined;
};

export const securedMutants = [
  mutant('proxy-lets-everyone-in', {
    sentence: 'The kube-rbac-proxies forward every request for /metrics, whoever sends it.',
    target: 'current',
    change: behindProxies({ args: ['--ignore-paths=/metrics'] }),
    fails: ['secured/without-a-token'],
  }),
  mutant('every-account-may-get-metrics', {
    sentence: 'Every ServiceAccount may get /metrics of an exporter with --auth-filter.',
    target: 'current',
    change: argument('--auth-filter'),
    cluster: everyAccountMayScrape,
    fails: ['secured/without-the-right'],
  }),
  mutant('tokens-may-not-be-reviewed', {
    sentence: 'The exporter has --auth-filter, and its account may not review tokens.',
    target: 'current',
    change: combined(argument('--auth-filter'), rules(withoutRuleOf('tokenreviews'))),
    fails: ['secured/with-the-right'],
  }),
  mutant('proxy-has-the-wrong-upstream', {
    sentence: 'The kube-rbac-proxy in front of the metrics forwards to a port on which nothing listens.',
    target: 'current',
    change: behindProxies({ proxies: [{ ...main, upstream: 8080 }, self] }),
    fails: ['secured/upstreams'],
  }),
  mutant('proxy-has-no-tls', {
    sentence: 'The kube-rbac-proxies listen without TLS.',
    target: 'current',
    change: behindProxies({ insecure: true }),
    fails: ['secured/over-tls'],
  }),
  mutant('tls-config-has-no-certificate', {
    sentence: 'The file of --tls-config configures no certificate, so that the exporter serves without TLS.',
    target: 'current',
    change: withoutCertificate('--tls-config=/etc/tls/web.yaml'),
    fails: ['secured/over-tls'],
  }),
  mutant('tls-config-of-the-options-has-no-certificate', {
    sentence: 'The file of --config names a TLS configuration without a certificate, so that the exporter serves without TLS.',
    target: 'current',
    change: withoutCertificate('--config=/etc/tls/options.yaml'),
    fails: ['secured/over-tls'],
  }),
  mutant('exporter-listens-beside-its-proxies', {
    sentence: 'The exporter listens on every address beside its kube-rbac-proxies.',
    target: 'current',
    change: behindProxies({ exporter: ['--port=8081', '--telemetry-port=8082'] }),
    fails: ['secured/nothing-beside-the-doors'],
  }),
  mutant('probe-of-a-secured-port-is-plain', {
    sentence: 'The liveness probe is sent to a kube-rbac-proxy without TLS.',
    target: 'current',
    change: combined(
      behindProxies({ args: ['--ignore-paths=/livez'] }),
      container((draft) => {
        Object.assign(draft, { livenessProbe: { httpGet: { path: '/livez', port: 8443 }, failureThreshold: 1000 } });
      }),
    ),
    fails: ['secured/probes-answer'],
  }),
];
