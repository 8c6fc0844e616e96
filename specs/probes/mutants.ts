import { argument, container, deployment, podSpec, set } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, delayed, type Loose, objects, page } from '../../helpers/suite/mutant/scrapes.ts';

type PodList = readonly (Loose & { readonly status?: { readonly containerStatuses?: readonly object[] } })[];

export const probesMutants = [
  mutant('exporter-has-no-token', {
    sentence: 'The exporter is started without the token of its ServiceAccount.',
    change: podSpec((spec) => {
      spec.automountServiceAccountToken = false;
    }),
    fails: ['probes/starts'],
  }),
  mutant('sidecar-image-does-not-exist', {
    sentence: 'A second container has an image that does not exist.',
    change: podSpec((spec) => {
      spec.containers.push({ name: 'sidecar', image: 'registry.invalid/no-such-sidecar:v1' });
    }),
    byItself: 'Its pod is never Ready, which other requirements notice first.',
    fails: ['probes/sidecars-start'],
  }),
  mutant('argument-is-invalid', {
    sentence: 'The exporter is configured to read a resource that does not exist.',
    change: argument('--resources=pods,no-such-resource'),
    fails: ['probes/starts'],
  }),
  mutant('exporter-was-restarted-at-first', {
    sentence: 'The exporter was restarted before it became Ready, though both of its probes are answered.',
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
        ({ items }) => {
          for (const { metadata, status } of items as PodList) {
            if (metadata.name.includes('kube-state-metrics')) set(status?.containerStatuses, { restartCount: 1 });
          }
        },
      ),
    fails: ['probes/becomes-ready'],
  }),
  mutant('one-pod-of-two-was-restarted', {
    sentence: 'Of two pods of the exporter, both Ready, the one that is listed last has been restarted.',
    change: deployment(({ spec }) => {
      spec.replicas = 2;
    }),
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
        ({ items }) => {
          const own = (items as PodList).filter(({ metadata }) => metadata.name.includes('kube-state-metrics'));
          if (own.length > 1) set(own.at(-1)?.status?.containerStatuses, { restartCount: 1 });
        },
      ),
    fails: ['probes/becomes-ready'],
  }),
  mutant('healthz-is-another-page', {
    sentence: '/healthz answers 200 with another page.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, body: '<html><a href="/metrics">metrics</a></html>' })),
    fails: ['probes/liveness-url-answers'],
  }),
  mutant('healthz-is-slow', {
    sentence: '/healthz answers after six seconds, which is longer than the timeout of the probe.',
    proxy: page(8080, '/healthz', delayed(6000)),
    fails: ['probes/liveness-url-answers'],
  }),
  mutant('healthz-is-an-error', {
    sentence: '/healthz answers with an error.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
    fails: ['probes/liveness-url-answers'],
    verifies: ['endpoints'],
  }),
  mutant('liveness-probe-has-another-host', {
    sentence: 'The liveness probe is sent to the node instead of the pod.',
    change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { host: '127.0.0.1' })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-has-another-port', {
    sentence: 'The liveness probe is sent to the telemetry port.',
    change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { port: 8081 })),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints/healthz'],
  }),
  mutant('liveness-probe-has-another-path', {
    sentence: 'The liveness probe requests /health, which this release answers with its landing page.',
    change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { path: '/health' })),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints/healthz'],
  }),
  mutant('liveness-probe-is-missing', {
    sentence: 'There is no liveness probe.',
    change: container((draft) => {
      delete draft.livenessProbe;
    }),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints', 'exposition'],
  }),
  mutant('liveness-probe-has-a-high-threshold', {
    sentence: 'The liveness probe fails only after a hundred failures.',
    change: container(({ livenessProbe }) => set(livenessProbe, { failureThreshold: 100 })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-has-a-long-period', {
    sentence: 'The liveness probe runs every ten minutes.',
    change: container(({ livenessProbe }) => set(livenessProbe, { periodSeconds: 600 })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-has-a-short-timeout', {
    sentence: 'The liveness probe has a timeout of one second.',
    change: container(({ livenessProbe }) => set(livenessProbe, { timeoutSeconds: 1 })),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints/healthz'],
  }),
  mutant('liveness-restarts-nothing', {
    sentence: 'The cluster does not restart a container whose liveness probe fails.',
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.includes('/pods/not-alive-') && !path.includes('/proxy'),
        (pod) => {
          const { containerStatuses = [] } = (pod.status ?? {}) as { containerStatuses?: Record<string, unknown>[] };
          for (const status of containerStatuses) Object.assign(status, { restartCount: 0 });
        },
      ),
    fails: ['probes/liveness-restarts'],
  }),
  mutant('readiness-gates-nothing', {
    sentence: 'The Service treats every pod as ready.',
    proxy: () =>
      answers(
        ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
        (answer) => ({ ...answer, body: answer.body.replaceAll('"ready":false', '"ready":true') }),
      ),
    fails: ['probes/readiness-gates'],
  }),
  mutant('readiness-probe-has-another-port', {
    sentence: 'The readiness probe is sent to the metrics port.',
    change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { port: 8080 })),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints/landing-page'],
  }),
  mutant('readiness-probe-has-another-path', {
    sentence: 'The readiness probe requests /ready, which this release answers with its landing page.',
    change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { path: '/ready' })),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints/landing-page'],
  }),
  mutant('readiness-probe-uses-https', {
    sentence: 'The readiness probe uses HTTPS, so that the exporter is never Ready.',
    change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { scheme: 'HTTPS' })),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints', 'exposition', 'hardening'],
  }),
  mutant('readiness-probe-is-missing', {
    sentence: 'There is no readiness probe.',
    change: container((draft) => {
      delete draft.readinessProbe;
    }),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints/landing-page'],
  }),
  mutant('telemetry-page-is-broken', {
    sentence: 'The page that the readiness probe requests is broken.',
    proxy: page(8081, '/', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
    fails: ['probes/readiness-url-answers'],
    verifies: ['endpoints'],
  }),
];
