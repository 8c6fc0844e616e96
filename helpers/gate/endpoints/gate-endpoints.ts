import { promisedProbes } from '../../exporter/paths.ts';
import type { Target } from '../../exporter/target.ts';
import type { Probe } from '../../kube/workload.ts';
import { atLeast, type Version } from '../../version.ts';
import type { GateDifference } from '../difference.ts';

/** A path and what each side returns on it. */
export interface PathResponses extends EndpointPath {
  readonly old: PathResponse;
  readonly new: PathResponse;
}

type Side = Pick<Target, 'version' | 'ports' | 'probes' | 'container'>;

/** Paths that return something else than before, and probes of the candidate's manifests that differ from its documentation. */
export function gateEndpoints(old: Side, now: Side, responses: readonly PathResponses[]): readonly GateDifference[] {
  return [
    ...responses.flatMap((response) => gatePath(old, now, response)),
    ...gateProbe('liveness', now, responses),
    ...gateProbe('readiness', now, responses),
    ...gateTimeouts(old, now),
  ];
}

/** Reported from the documentation, as it would take minutes to observe. Source: kube-state-metrics, change log and options, 2.13. */
function gateTimeouts(old: Side, now: Side): readonly GateDifference[] {
  if (atLeast(old.version, '2.13') || !atLeast(now.version, '2.13')) return [];
  return [
    {
      id: 'endpoints/timeouts',
      part: 'endpoints',
      sentence:
        'Requests and responses time out after 60 s, idle connections after 5 minutes. ' +
        'Since 2.13, according to its documentation; the gate does not wait that long.',
      severity: 'note',
      origin: 'documented',
      since: '2.13',
      old: ['no limit'],
      new: ['--server-read-timeout=1m0s --server-write-timeout=1m0s --server-idle-timeout=5m0s'],
    },
  ];
}

function gatePath(old: Side, now: Side, responses: PathResponses): readonly GateDifference[] {
  const { port, path } = responses;
  if (responses.old === responses.new) return [];
  const documented =
    documentedResponse(old.version, responses) === responses.old && documentedResponse(now.version, responses) === responses.new;
  const since = responseSince(old.version, now.version, responses);
  return [
    {
      id: `endpoints/${port}${path}`,
      part: 'endpoints',
      sentence:
        `On port ${now.ports[port].number}, ${path} returns ${responses.new}; it returned ${responses.old}.` +
        (documented && since !== undefined ? ` Since ${since}.` : ' No documentation that the gate knows explains it.'),
      severity: documented || responses.new === 'its own content' ? 'note' : 'reject',
      origin: documented ? 'documented' : 'surprise',
      ...(documented && since !== undefined ? { since } : {}),
      old: [responses.old],
      new: [responses.new],
    },
  ];
}

function gateProbe(name: 'liveness' | 'readiness', now: Side, responses: readonly PathResponses[]): readonly GateDifference[] {
  const httpGet = now.probes[name]?.httpGet;
  if (!httpGet) return [];
  const { path = '/' } = httpGet;
  const port = portOf(httpGet.port, now);
  const promised = promisedProbes(now.version)[name];
  const [documented = ''] = promised.paths;
  const actual = `${path} on port ${httpGet.port}`;
  const recommended = `${documented} on port ${now.ports[promised.port].number}`;
  const response = responses.find((known) => known.port === port && known.path === path);
  const id = `endpoints/probe/${name}`;
  if (response?.new === 'not found') {
    const sentence = `The ${name} probe of the candidate’s manifests requests ${actual}, which returns 404.`;
    return [{ id, part: 'endpoints', sentence, severity: 'reject', advice: `Use ${recommended}.`, old: [], new: [actual] }];
  }
  if (port === promised.port && path === documented) return [];
  const since = atLeast(now.version, '2.13') ? { since: '2.13' } : {};
  const sentence = `The ${name} probe of the candidate’s manifests requests ${actual}; the documentation recommends ${recommended}${since.since ? ' since 2.13' : ''}.`;
  const origin = 'documented' as const;
  return [
    {
      id,
      part: 'endpoints',
      sentence,
      severity: 'note',
      origin,
      ...since,
      advice: `Use ${recommended}.`,
      old: [],
      new: [actual],
    },
  ];
}

/** The paths that the probes of a side's manifests request. */
export function probedPaths(side: Side): readonly EndpointPath[] {
  return [side.probes.liveness, side.probes.readiness].flatMap((probe) => {
    const port = probe?.httpGet && portOf(probe.httpGet.port, side);
    return port === undefined ? [] : [{ port, path: probe?.httpGet?.path ?? '/' }];
  });
}

function portOf(port: NonNullable<Probe['httpGet']>['port'], { ports, container }: Side): EndpointPath['port'] | undefined {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  if (number === ports.metrics.number) return 'metrics';
  return number === ports.telemetry.number ? 'telemetry' : undefined;
}

export type PortName = 'metrics' | 'telemetry';

/** A path of one of the exporter's ports. */
export interface EndpointPath {
  readonly port: PortName;
  readonly path: string;
}

/** What a path returns; for `/metrics` with a filter, what the filter lets through. */
export type PathResponse =
  | 'its own content'
  | 'the landing page'
  | 'not found'
  | 'every resource'
  | 'only the requested resources'
  | `status ${number}`;

const FILTERED = '/metrics?resources=services';

/** Every path that some release documents, and one that none does. */
export const endpointPaths: readonly EndpointPath[] = [
  ...(['metrics', 'telemetry'] as const).flatMap((port) =>
    ['/', '/metrics', '/healthz', '/livez', '/readyz', '/debug/pprof/', '/no-such-path'].map((path) => ({ port, path })),
  ),
  { port: 'metrics', path: FILTERED },
];

interface Availability {
  readonly since?: string;
  readonly until?: string;
}

const documentedPaths: Readonly<Record<PortName, Readonly<Record<string, Availability>>>> = {
  metrics: { '/metrics': {}, '/healthz': {}, '/livez': { since: '2.13' }, '/debug/pprof/': { until: '2.19' } },
  telemetry: { '/metrics': {}, '/readyz': { since: '2.13' }, '/debug/pprof/': { since: '2.19' } },
};

/**
 * What a release returns on a path according to its documentation.
 * Source: kube-state-metrics, change log: 2.13 (probes), 2.16 (unknown paths), 2.18 (filter), 2.19 (profiling).
 */
export function documentedResponse(exporter: Version, { port, path }: EndpointPath): PathResponse {
  if (path === '/') return 'the landing page';
  if (path === FILTERED) return atLeast(exporter, '2.18') ? 'only the requested resources' : 'every resource';
  const availability = documentedPaths[port][path];
  const isServed =
    availability !== undefined &&
    (availability.since === undefined || atLeast(exporter, availability.since)) &&
    (availability.until === undefined || !atLeast(exporter, availability.until));
  if (isServed) return 'its own content';
  return atLeast(exporter, '2.16') ? 'not found' : 'the landing page';
}

/** The release that introduced what a path returns in `to`; undefined when `from` returns the same. */
function responseSince(from: Version, to: Version, path: EndpointPath): string | undefined {
  const releases = ['2.13', '2.16', '2.18', '2.19'].filter((release) => atLeast(to, release) && !atLeast(from, release));
  const responses = [from, ...releases.map(parsed)].map((release) => documentedResponse(release, path));
  return releases.findLast((_, index) => responses[index + 1] !== responses[index]);
}

/** @param landingPage the body of `/` on the same port */
export function classifyResponse(
  path: string,
  { status, body }: { readonly status: number; readonly body: string },
  landingPage: string,
): PathResponse {
  if (status === 404) return 'not found';
  if (status !== 200) return `status ${status}`;
  if (body === landingPage) return 'the landing page';
  if (path !== FILTERED) return 'its own content';
  return /^kube_(?!service_)/m.test(body) ? 'every resource' : 'only the requested resources';
}

function parsed(release: string): Version {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return { major, minor, patch: 0 };
}
