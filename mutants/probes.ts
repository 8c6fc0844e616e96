import { argument, container, podSpec, set } from '../helpers/mutation/changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { answers, objects, page } from '../helpers/mutation/scrapes.ts';

const liveness = { fails: ['probes/liveness-is-declared'], verifies: ['endpoints/healthz'] };
const readiness = { fails: ['probes/readiness-is-declared'], verifies: ['endpoints/landing-page'] };

export const livenessProbeIsMissing = mutant({
  sentence: 'There is no liveness probe.',
  change: container((draft) => {
    delete draft.livenessProbe;
  }),
  ...liveness,
});

export const livenessProbeAsksAnotherPort = mutant({
  sentence: 'The liveness probe asks the telemetry port.',
  change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { port: 8081 })),
  ...liveness,
});

export const livenessProbeAsksForAnotherPath = mutant({
  sentence: 'The liveness probe asks for /health, which this release answers with its landing page.',
  change: container(({ livenessProbe }) => set(livenessProbe?.httpGet, { path: '/health' })),
  ...liveness,
});

export const livenessProbeWaitsLess = mutant({
  sentence: 'The liveness probe has a timeout of one second.',
  change: container(({ livenessProbe }) => set(livenessProbe, { timeoutSeconds: 1 })),
  ...liveness,
});

export const readinessProbeIsMissing = mutant({
  sentence: 'There is no readiness probe.',
  change: container((draft) => {
    delete draft.readinessProbe;
  }),
  ...readiness,
});

export const readinessProbeAsksAnotherPort = mutant({
  sentence: 'The readiness probe asks the metrics port.',
  change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { port: 8080 })),
  ...readiness,
});

export const readinessProbeAsksForAnotherPath = mutant({
  sentence: 'The readiness probe asks for /ready, which this release answers with its landing page.',
  change: container(({ readinessProbe }) => set(readinessProbe?.httpGet, { path: '/ready' })),
  ...readiness,
});

export const exporterHasNoToken = mutant({
  sentence: 'The exporter is started without the token of its ServiceAccount.',
  change: podSpec((spec) => {
    spec.automountServiceAccountToken = false;
  }),
  fails: ['probes/becomes-ready'],
});

export const exporterRefusesItsArguments = mutant({
  sentence: 'The exporter is told to read a resource that does not exist.',
  change: argument('--resources=pods,no-such-resource'),
  fails: ['probes/becomes-ready'],
});

export const healthzSaysNo = mutant({
  sentence: '/healthz answers with an error.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
  fails: ['probes/liveness-url-answers'],
  verifies: ['endpoints'],
});

export const healthzIsAnyPage = mutant({
  sentence: '/healthz answers 200 with another page.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, body: '<html><a href="/metrics">metrics</a></html>' })),
  fails: ['probes/liveness-url-answers'],
});

export const telemetryPageIsBroken = mutant({
  sentence: 'The page that the readiness probe asks for is broken.',
  proxy: page(8081, '/', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
  fails: ['probes/readiness-url-answers'],
  verifies: ['endpoints'],
});

const restartsOf =
  (name: string) =>
  ({ method, path }: { method: string; path: string }) =>
    method === 'GET' && path.includes(`/pods/${name}`) && !path.includes('/proxy');

export const livenessRestartsNothing = mutant({
  sentence: 'The cluster restarts nothing whose liveness probe fails.',
  proxy: () =>
    objects(restartsOf('not-alive-'), (pod) => {
      const { containerStatuses = [] } = (pod.status ?? {}) as { containerStatuses?: Record<string, unknown>[] };
      for (const status of containerStatuses) Object.assign(status, { restartCount: 0 });
    }),
  fails: ['probes/liveness-restarts'],
});

export const readinessGatesNothing = mutant({
  sentence: 'The Service takes every pod for ready.',
  proxy: () =>
    answers(
      ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
      (answer) => ({ ...answer, body: answer.body.replaceAll('"ready":false', '"ready":true') }),
    ),
  fails: ['probes/readiness-gates'],
});
