import { atLeast, type Version } from '../../version.ts';

export type PortName = 'metrics' | 'telemetry';

/** A path of one of the exporter's ports. */
export interface AskedPath {
  readonly port: PortName;
  readonly path: string;
}

/** What a path answers with: its own content, the landing page that answers in its place, or nothing; of a filter, what it lets through. */
export type PathAnswer =
  | 'its own answer'
  | 'the landing page'
  | 'not found'
  | 'every resource'
  | 'only the resources it names'
  | `status ${number}`;

const FILTERED = '/metrics?resources=services';

/** Every path that a release has documented, and one that none has. */
export const askedPaths: readonly AskedPath[] = [
  ...(['metrics', 'telemetry'] as const).flatMap((port) =>
    ['/', '/metrics', '/healthz', '/livez', '/readyz', '/debug/pprof/', '/no-such-path'].map((path) => ({ port, path })),
  ),
  { port: 'metrics', path: FILTERED },
];

interface OwnAnswer {
  readonly since?: string;
  readonly until?: string;
}

const own: Readonly<Record<PortName, Readonly<Record<string, OwnAnswer>>>> = {
  metrics: { '/metrics': {}, '/healthz': {}, '/livez': { since: '2.13' }, '/debug/pprof/': { until: '2.19' } },
  telemetry: { '/metrics': {}, '/readyz': { since: '2.13' }, '/debug/pprof/': { since: '2.19' } },
};

/**
 * What a release answers on a path, by its documentation and change log.
 * Source: kube-state-metrics, change log: 2.13 (probes), 2.16 (unknown paths), 2.18 (filter), 2.19 (profiling).
 */
export function documentedAnswer(exporter: Version, { port, path }: AskedPath): PathAnswer {
  if (path === '/') return 'the landing page';
  if (path === FILTERED) return atLeast(exporter, '2.18') ? 'only the resources it names' : 'every resource';
  const answer = own[port][path];
  const isThere =
    answer !== undefined &&
    (answer.since === undefined || atLeast(exporter, answer.since)) &&
    (answer.until === undefined || !atLeast(exporter, answer.until));
  if (isThere) return 'its own answer';
  return atLeast(exporter, '2.16') ? 'not found' : 'the landing page';
}

/** The release that made the answer of a path what it is in `to`; undefined where it was the same in `from`. */
export function answerSince(from: Version, to: Version, asked: AskedPath): string | undefined {
  const releases = ['2.13', '2.16', '2.18', '2.19'].filter((release) => atLeast(to, release) && !atLeast(from, release));
  const answers = [from, ...releases.map(parsed)].map((release) => documentedAnswer(release, asked));
  return releases.findLast((_, index) => answers[index + 1] !== answers[index]);
}

/** What an answer is, told from its status and its body beside that of `/`. */
export function answerOf(
  path: string,
  answer: { readonly status: number; readonly body: string },
  landingPage: string,
): PathAnswer {
  if (answer.status === 404) return 'not found';
  if (answer.status !== 200) return `status ${answer.status}`;
  if (answer.body === landingPage) return 'the landing page';
  if (path !== FILTERED) return 'its own answer';
  return /^kube_(?!service_)/m.test(answer.body) ? 'every resource' : 'only the resources it names';
}

function parsed(release: string): Version {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  return { major, minor, patch: 0 };
}
