import { argument, container, podSpec, set } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, delayed, type Loose, objects, page } from '../../helpers/suite/mutant/scrapes.ts';

export const probesMutants = [
  mutant('exporter-has-no-token', {
    sentence: 'The exporter is started without the token of its ServiceAccount.',
    change: podSpec((spec) => {
      spec.automountServiceAccountToken = false;
    }),
    fails: ['probes/starts'],
  }),
  mutant('exporter-refuses-its-arguments', {
    sentence: 'The exporter is told to read a resource that does not exist.',
    change: argument('--resources=pods,no-such-resource'),
    fails: ['probes/starts'],
  }),
  mutant('exporter-was-restarted-at-first', {
    sentence: 'The exporter was restarted before it became Ready, though both of its probes are answered.',
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.endsWith('/pods'),
        ({ items }) => {
          for (const { metadata, status } of items as (Loose & { status?: { containerStatuses?: object[] } })[]) {
            if (metadata.name.includes('kube-state-metrics')) set(status?.containerStatuses, { restartCount: 1 });
          }
        },
      ),
    fails: ['probes/becomes-ready'],
  }),
  mutant('healthz-is-any-page', {
    sentence: '/healthz answers 200 with another page.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, body: '<html><a href="/metrics">metrics</a></html>' })),
    fails: ['probes/liveness-url-answers'],
  }),
  mutant('healthz-is-slow', {
    sentence: '/healthz answers after six seconds, for which the probe does not wait.',
    proxy: page(8080, '/healthz', delayed(6000)),
    fails: ['probes/liveness-url-answers'],
  }),
  mutant('healthz-says-no', {
    sentence: '/healthz answers with an error.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
    fails: ['probes/liveness-url-answers'],
    verifies: ['endpoints'],
  }),
  mutant('liveness-probe-asks-another-host', {
    sentence: 'The liveness probe asks the node instead of the pod.',
    change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { host: '127.0.0.1' })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-asks-another-port', {
    sentence: 'The liveness probe asks the telemetry port.',
    change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { port: 8081 })),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints/healthz'],
  }),
  mutant('liveness-probe-asks-for-another-path', {
    sentence: 'The liveness probe asks for /health, which this release answers with its landing page.',
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
  mutant('liveness-probe-is-patient', {
    sentence: 'The liveness probe takes a hundred failures for none.',
    change: container(({ livenessProbe }) => set(livenessProbe, { failureThreshold: 100 })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-is-rare', {
    sentence: 'The liveness probe asks every ten minutes.',
    change: container(({ livenessProbe }) => set(livenessProbe, { periodSeconds: 600 })),
    fails: ['probes/liveness-is-declared'],
  }),
  mutant('liveness-probe-waits-less', {
    sentence: 'The liveness probe has a timeout of one second.',
    change: container(({ livenessProbe }) => set(livenessProbe, { timeoutSeconds: 1 })),
    fails: ['probes/liveness-is-declared'],
    verifies: ['endpoints/healthz'],
  }),
  mutant('liveness-restarts-nothing', {
    sentence: 'The cluster restarts nothing whose liveness probe fails.',
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
    sentence: 'The Service takes every pod for ready.',
    proxy: () =>
      answers(
        ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
        (answer) => ({ ...answer, body: answer.body.replaceAll('"ready":false', '"ready":true') }),
      ),
    fails: ['probes/readiness-gates'],
  }),
  mutant('readiness-probe-asks-another-port', {
    sentence: 'The readiness probe asks the metrics port.',
    change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { port: 8080 })),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints/landing-page'],
  }),
  mutant('readiness-probe-asks-for-another-path', {
    sentence: 'The readiness probe asks for /ready, which this release answers with its landing page.',
    change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { path: '/ready' })),
    fails: ['probes/readiness-is-declared'],
    verifies: ['endpoints/landing-page'],
  }),
  mutant('readiness-probe-asks-securely', {
    sentence: 'The readiness probe asks by HTTPS, so that the exporter is never Ready.',
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
    sentence: 'The page that the readiness probe asks for is broken.',
    proxy: page(8081, '/', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
    fails: ['probes/readiness-url-answers'],
    verifies: ['endpoints'],
  }),
];
