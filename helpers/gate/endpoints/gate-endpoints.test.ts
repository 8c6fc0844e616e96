import { knownTargets } from '../../target/known.ts';
import { deriveTarget } from '../../target/target.ts';
import { gatePermissions } from '../permissions.ts';
import { answerOf, askedPaths, documentedAnswer } from './answers.ts';
import { type AnsweredPath, gateEndpoints, probedPaths } from './gate-endpoints.ts';

const agent = (image: string) => deriveTarget(knownTargets.agent.rendering(), { name: 'agent', image });
const current = (image: string) => deriveTarget(knownTargets.current.rendering(), { name: 'current', image });
const old = agent('v2.5.0');

/** What two releases answer when they do as documented. */
const asDocumented = (now: typeof old): readonly AnsweredPath[] =>
  askedPaths.map((asked) => ({ ...asked, old: documentedAnswer(old.version, asked), new: documentedAnswer(now.version, asked) }));

test('between 2.5 and 2.20 the probes got paths of their own, unknown paths ended, and profiling moved', () => {
  const now = current('v2.20.0');
  const differences = gateEndpoints(old, now, asDocumented(now));

  expect(differences.map(({ id, severity, since }) => `${id} ${severity} ${since}`)).toEqual([
    'endpoints/metrics/livez know 2.13',
    'endpoints/metrics/readyz know 2.16',
    'endpoints/metrics/debug/pprof/ know 2.19',
    'endpoints/metrics/no-such-path know 2.16',
    'endpoints/telemetry/healthz know 2.16',
    'endpoints/telemetry/livez know 2.16',
    'endpoints/telemetry/readyz know 2.13',
    'endpoints/telemetry/debug/pprof/ know 2.19',
    'endpoints/telemetry/no-such-path know 2.16',
    'endpoints/metrics/metrics?resources=services know 2.18',
    'endpoints/timeouts know 2.13',
  ]);
});

test('a candidate whose manifests keep the old probes is told where its documentation wants them', () => {
  const now = agent('v2.20.0');
  const probes = gateEndpoints(old, now, asDocumented(now)).filter(({ id }) => id.startsWith('endpoints/probe/'));

  expect(probes.map(({ id, severity, advice }) => `${id} ${severity} ${advice}`)).toEqual([
    'endpoints/probe/liveness know Ask for /livez on port 8080.',
    'endpoints/probe/readiness know Ask for /readyz on port 8081.',
  ]);
});

test('what probes ask for is known by port, whichever way the manifests name it', () => {
  expect(probedPaths(old)).toEqual([
    { port: 'metrics', path: '/healthz' },
    { port: 'telemetry', path: '/' },
  ]);
});

test('a probe on a path that is not there, and an answer that nobody documented, reject', () => {
  const answered: readonly AnsweredPath[] = [{ port: 'metrics', path: '/healthz', old: 'its own answer', new: 'not found' }];

  expect(gateEndpoints(old, agent('v2.6.0'), answered)).toMatchObject([
    { id: 'endpoints/metrics/healthz', severity: 'reject', origin: 'surprise' },
    { id: 'endpoints/probe/liveness', severity: 'reject', advice: 'Ask for /healthz on port 8080.' },
  ]);
});

test('the landing page in the place of a path is told from an answer of its own', () => {
  expect(answerOf('/healthz', { status: 200, body: '<html>' }, '<html>')).toBe('the landing page');
  expect(answerOf('/healthz', { status: 200, body: 'OK' }, '<html>')).toBe('its own answer');
  expect(answerOf('/healthz', { status: 404, body: '' }, '<html>')).toBe('not found');
  expect(answerOf('/healthz', { status: 503, body: '' }, '<html>')).toBe('status 503');
});

test('a filter that lets everything through is told from one that filters', () => {
  const services = 'kube_service_info{service="a"} 1\n';

  expect(answerOf('/metrics?resources=services', { status: 200, body: services }, '<html>')).toBe('only the resources it names');
  expect(answerOf('/metrics?resources=services', { status: 200, body: `${services}kube_pod_info 1\n` }, '<html>')).toBe(
    'every resource',
  );
});

test('the role of the current manifests asks for more, and lacks nothing that the release reads', () => {
  const differences = gatePermissions(old, current('v2.20.0'), { serves: () => true });

  expect(differences.map(({ id }) => id)).toContain('permissions/more/list-endpointslices.discovery.k8s.io');
  expect(differences.filter(({ severity }) => severity === 'reject')).toEqual([]);
});

test('a candidate with the old role may not read what it reads by default', () => {
  const served = { serves: (_: string, kind: string) => kind === 'EndpointSlice' };
  const differences = gatePermissions(old, agent('v2.20.0'), served);

  expect(differences.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
    'permissions/missing/endpointslices.discovery.k8s.io reject',
    'permissions/missing/mutatingadmissionpolicies.admissionregistration.k8s.io nothing',
    'permissions/missing/mutatingadmissionpolicybindings.admissionregistration.k8s.io nothing',
    'permissions/missing/validatingadmissionpolicies.admissionregistration.k8s.io nothing',
    'permissions/missing/validatingadmissionpolicybindings.admissionregistration.k8s.io nothing',
  ]);
});
