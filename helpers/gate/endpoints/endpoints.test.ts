import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import { readExposition } from '../../exposition/read.ts';
import type { PolicyRule } from '../../kube/workload.ts';
import { parseVersion } from '../../version.ts';
import { gatePermissions } from '../permissions.ts';
import {
  classifyResponse,
  documentedResponse,
  endpointPaths,
  gateEndpoints,
  type PathResponses,
  probedPaths,
} from './gate-endpoints.ts';
import { gateTelemetry } from './gate-telemetry.ts';

const agent = (image: string) => deriveTarget(knownTargets.agent.rendering(), { name: 'agent', image });
const current = (image: string) => deriveTarget(knownTargets.current.rendering(), { name: 'current', image });
const old = agent('v2.5.0');

/** What two releases return according to their documentation. */
const asDocumented = (now: typeof old): readonly PathResponses[] =>
  endpointPaths.map((path) => ({
    ...path,
    old: documentedResponse(old.version, path),
    new: documentedResponse(now.version, path),
  }));

test('between 2.5 and 2.20 probe paths were added, unknown paths return 404, and profiling moved', () => {
  const now = current('v2.20.0');
  const differences = gateEndpoints(old, now, asDocumented(now));

  expect(differences.map(({ id, severity, since }) => `${id} ${severity} ${since}`)).toEqual([
    'endpoints/metrics/livez note 2.13',
    'endpoints/metrics/readyz note 2.16',
    'endpoints/metrics/debug/pprof/ note 2.19',
    'endpoints/metrics/no-such-path note 2.16',
    'endpoints/telemetry/healthz note 2.16',
    'endpoints/telemetry/livez note 2.16',
    'endpoints/telemetry/readyz note 2.13',
    'endpoints/telemetry/debug/pprof/ note 2.19',
    'endpoints/telemetry/no-such-path note 2.16',
    'endpoints/metrics/metrics?resources=services note 2.18',
    'endpoints/timeouts note 2.13',
  ]);
});

test('probes that differ from the documentation are reported with the recommended ones', () => {
  const now = agent('v2.20.0');
  const probes = gateEndpoints(old, now, asDocumented(now)).filter(({ id }) => id.startsWith('endpoints/probe/'));

  expect(probes.map(({ id, severity, advice }) => `${id} ${severity} ${advice}`)).toEqual([
    'endpoints/probe/liveness note Use /livez on port 8080.',
    'endpoints/probe/readiness note Use /readyz on port 8081.',
  ]);
});

test('the port of a probe is resolved by number and by name', () => {
  expect(probedPaths(old)).toEqual([
    { port: 'metrics', path: '/healthz' },
    { port: 'telemetry', path: '/' },
  ]);
});

test('a probe on a missing path and an undocumented response reject', () => {
  const responses: readonly PathResponses[] = [{ port: 'metrics', path: '/healthz', old: 'its own content', new: 'not found' }];

  expect(gateEndpoints(old, agent('v2.6.0'), responses)).toMatchObject([
    { id: 'endpoints/metrics/healthz', severity: 'reject', origin: 'surprise' },
    { id: 'endpoints/probe/liveness', severity: 'reject', advice: 'Use /healthz on port 8080.' },
  ]);
});

test('the landing page is distinguished from the content of a path', () => {
  expect(classifyResponse('/healthz', { status: 200, body: '<html>' }, '<html>')).toBe('the landing page');
  expect(classifyResponse('/healthz', { status: 200, body: 'OK' }, '<html>')).toBe('its own content');
  expect(classifyResponse('/healthz', { status: 404, body: '' }, '<html>')).toBe('not found');
  expect(classifyResponse('/healthz', { status: 503, body: '' }, '<html>')).toBe('status 503');
});

test('a filter without effect is distinguished from one that filters', () => {
  const services = 'kube_service_info{service="a"} 1\n';

  expect(classifyResponse('/metrics?resources=services', { status: 200, body: services }, '<html>')).toBe(
    'only the requested resources',
  );
  expect(classifyResponse('/metrics?resources=services', { status: 200, body: `${services}kube_pod_info 1\n` }, '<html>')).toBe(
    'every resource',
  );
});

const pod = { apiVersion: 'v1', kind: 'Pod', group: '', name: 'pods', namespaced: true, verbs: [] };
const everythingServed = { serves: () => true, resources: [pod] };

test('the role of the current manifests has more permissions, and all that the release reads', () => {
  const differences = gatePermissions(old, current('v2.20.0'), everythingServed);

  expect(differences.map(({ id }) => id)).toContain('permissions/added/list-endpointslices.discovery.k8s.io');
  expect(differences.filter(({ severity }) => severity === 'reject')).toEqual([]);
});

test('a candidate with the old role lacks permissions for what it reads by default', () => {
  const served = { serves: (_: string, kind: string) => kind === 'EndpointSlice', resources: [] };
  const differences = gatePermissions(old, agent('v2.20.0'), served);

  expect(differences.map(({ id, severity }) => `${id} ${severity}`)).toEqual([
    'permissions/missing/endpointslices.discovery.k8s.io reject',
    'permissions/missing/mutatingadmissionpolicies.admissionregistration.k8s.io harmless',
    'permissions/missing/mutatingadmissionpolicybindings.admissionregistration.k8s.io harmless',
    'permissions/missing/validatingadmissionpolicies.admissionregistration.k8s.io harmless',
    'permissions/missing/validatingadmissionpolicybindings.admissionregistration.k8s.io harmless',
  ]);
});

describe('rules of a role are compared as RBAC defines them', () => {
  const every = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  const withRules = (...rules: readonly PolicyRule[]) => {
    const target = current('v2.20.0');
    return { ...target, access: { ...target.access, roles: target.access.roles.map((role) => ({ ...role, rules })) } };
  };
  const compared = (from: readonly PolicyRule[], to: readonly PolicyRule[]) =>
    gatePermissions(withRules(...from), { ...withRules(...to), arguments: ['--resources=pods'] }, everythingServed).map(
      ({ id }) => id.replace('permissions/', ''),
    );
  const rule = (resources: string, verbs: string, ...resourceNames: readonly string[]): PolicyRule => ({
    apiGroups: [''],
    resources: resources.split(','),
    verbs: verbs.split(','),
    ...(resourceNames.length > 0 && { resourceNames }),
  });
  const read = rule('pods', 'list,watch');

  test.each<[string, PolicyRule[], PolicyRule[], string[]]>([
    ['a wildcard covers what it stands for', [every], [read], ['removed/*-*.*']],
    ['a wildcard of verbs grants list and watch', [read], [rule('pods', '*')], ['added/*-pods']],
    ['a wildcard of resources grants subresources', [every], [read, rule('pods/log', 'get')], ['removed/*-*.*']],
    [
      'a subresource of every resource is one of each',
      [read, rule('*/scale', 'get')],
      [read, rule('pods/scale', 'get')],
      ['removed/get-*/scale'],
    ],
    ['a resource grants no subresource', [read], [read, rule('pods/log', 'list')], ['added/list-pods/log']],
    [
      'a rule for all objects covers each by its name',
      [read, rule('secrets', 'get')],
      [read, rule('secrets', 'get', 'a')],
      ['removed/get-secrets'],
    ],
    [
      'a rule for a name grants no list of all',
      [read],
      [rule('pods', 'list,watch', 'a')],
      ['removed/list-pods', 'removed/watch-pods', 'missing/pods'],
    ],
    [
      'a path covers those below it',
      [read, { nonResourceURLs: ['/metrics*'], verbs: ['get'] }],
      [read, { nonResourceURLs: ['/metrics'], verbs: ['get'] }],
      ['removed/get-/metrics*'],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(compared(from, to)).toEqual(expected);
  });
});

const pods = 'kube_state_metrics_list_total{resource="*v1.Pod",result="success"} 1\n';
const watches = pods.replace('list_total', 'watch_total');
const telemetry = async (version: string, text: string) => ({
  version: parseVersion(version),
  telemetry: (await readExposition(text, { format: 'text' })).exposition,
});

test('from 2.19 on lists that are no longer counted are a documented note', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.18.0', `${pods}${watches}process_open_fds 7\n`),
    await telemetry('v2.19.0', `${watches}process_open_fds 9\n`),
  );

  expect(differences).toMatchObject([{ id: 'endpoints/telemetry-lists', severity: 'note', origin: 'documented', since: '2.19' }]);
});

test('a kind that is no longer watched either is not reported as a lost list', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.17.0', `${pods}${watches}`),
    await telemetry('v2.20.0', 'process_open_fds 9\n'),
  );

  expect(differences.map(({ id }) => id)).not.toContain('endpoints/telemetry-lists');
});

test('within one release lost lists are unexplained, and every other metric but those of the Go runtime is compared', async () => {
  const differences = gateTelemetry(
    await telemetry('v2.5.0', `${pods}${watches}process_open_fds 7\ngo_threads 1\n`),
    await telemetry('v2.5.1', `${watches}build_info 1\n`),
  );

  expect(differences.map(({ id, origin }) => `${id} ${origin ?? ''}`)).toEqual([
    'endpoints/telemetry-lists surprise',
    'endpoints/telemetry-gone/process_open_fds ',
    'endpoints/telemetry-new/build_info ',
  ]);
});
