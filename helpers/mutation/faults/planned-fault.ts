import type { RequestFault } from '../../suite/mutant/request-fault.ts';
import type { RunPhase } from './run-phase.ts';

/** What happens at a request of a run. */
export type Incident =
  | RequestFault
  /** The API server stops listening. */
  | { readonly kind: 'gone' }
  /** The process of the run receives the signal; the request passes unless `request` is given. */
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGKILL'; readonly request?: RequestFault }
  /** The request passes when `act` has ended. */
  | { readonly kind: 'meanwhile'; readonly what: string; act(): Promise<void> };

/** An incident and the requests at which it happens. */
export interface PlannedFault {
  readonly phase: RunPhase;
  /** `create` is a POST or an apply patch, as both create an object. */
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'create' | 'any';
  /** Any path by default. */
  readonly path?: RegExp;
  /** The number of the first matching request that is faulty, from 1. */
  readonly nth?: number;
  /** Whether every later matching request is faulty as well. */
  readonly lasting?: boolean;
  readonly incident: Incident;
}

export interface Expectation {
  readonly command: string;
  readonly fault: PlannedFault;
  /** Whether the exporter is broken, so that a requirement must fail. */
  readonly exporterFails?: boolean;
}

const labels: Readonly<Record<Exclude<Incident['kind'], 'status' | 'signal' | 'meanwhile'>, string>> = {
  reset: 'reset before the answer',
  hang: 'no answer',
  'lost-answer': 'executed, answer lost',
  trickle: 'a byte a second',
  'cut-off': 'cut off in the body',
  gone: 'API server gone',
};

/** `GET: 429, Retry-After 1, lasting`, for the table. */
export function formatPlannedFault({ method, path, incident, lasting = false, nth = 1 }: PlannedFault): string {
  const where = path === undefined ? '' : ` ${path.source.replaceAll('\\', '').replace(/[$^]/g, '')}`;
  return `${method}${where}${nth > 1 ? ` no. ${nth}` : ''}: ${formatIncident(incident)}${lasting ? ', lasting' : ''}`;
}

function formatIncident(incident: Incident): string {
  if (incident.kind === 'signal') return incident.signal;
  if (incident.kind === 'meanwhile') return incident.what;
  if (incident.kind !== 'status') return labels[incident.kind];
  const retryAfter = incident.retryAfterSeconds === undefined ? '' : `, Retry-After ${incident.retryAfterSeconds}`;
  return `${incident.status}${retryAfter}`;
}

type Place = Pick<PlannedFault, 'phase' | 'method'> & Partial<Pick<PlannedFault, 'path' | 'nth' | 'lasting'>>;

const status = (code: number, retryAfterSeconds?: number): RequestFault => ({
  kind: 'status',
  status: code,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const [reset, cutOff, lostAnswer, trickle, hang] = [
  { kind: 'reset' },
  { kind: 'cut-off' },
  { kind: 'lost-answer' },
  { kind: 'trickle' },
  { kind: 'hang' },
] as const satisfies readonly RequestFault[];

const busy = [status(429), status(429, 1), status(500), status(503)];
const refused = [401, 403, 404, 409, 410].map((code) => status(code));
const everyStatus = [...refused, ...busy];

/** A row for each incident at the same request. */
function rows(place: Place, incidents: readonly PlannedFault['incident'][], command = 'e2e'): readonly Expectation[] {
  return incidents.map((incident) => ({ command, fault: { ...place, incident }, exporterFails: place.phase === 'diagnostics' }));
}

const phases: readonly RunPhase[] = ['discovery', 'preflight', 'install', 'fixtures', 'verify', 'diagnostics', 'removal'];

/** Requests that only the verification sends. */
const ofWorker = /\/replicasets$/;
const ofExporter = /\/proxy\/healthz$/;
const podsOfRun = /^\/api\/v1\/pods$/;

const requests: readonly Expectation[] = [
  ...rows({ phase: 'discovery', method: 'GET' }, [...everyStatus, reset, cutOff, trickle, hang]),
  ...rows({ phase: 'discovery', method: 'GET', lasting: true }, [status(429), status(503)]),
  ...rows({ phase: 'preflight', method: 'GET' }, [...everyStatus, reset, cutOff, trickle]),
  ...rows({ phase: 'install', method: 'create' }, [status(403), status(500), lostAnswer]),
  ...rows({ phase: 'install', method: 'create', path: /\/services/ }, [...everyStatus, reset, lostAnswer, cutOff, trickle, hang]),
  ...rows({ phase: 'install', method: 'GET' }, [status(403), ...busy, reset]),
  ...rows({ phase: 'fixtures', method: 'create' }, [status(403), status(500), lostAnswer]),
  ...rows({ phase: 'fixtures', method: 'create', nth: 10 }, [...everyStatus, reset, lostAnswer, cutOff]),
  ...rows({ phase: 'fixtures', method: 'create', nth: 50 }, [status(403), status(500), lostAnswer]),
  ...rows({ phase: 'fixtures', method: 'PATCH', path: /\/status$/ }, [...everyStatus, reset, lostAnswer]),
  ...rows({ phase: 'verify', method: 'GET', path: ofWorker }, [...everyStatus, reset, cutOff, trickle]),
  ...rows({ phase: 'verify', method: 'GET', path: ofExporter }, [status(401), status(403), ...busy, reset, cutOff]),
  ...rows({ phase: 'verify', method: 'GET', path: podsOfRun }, [status(403), ...busy, reset]),
  ...rows({ phase: 'verify', method: 'GET', lasting: true }, [status(401), status(403), status(429), status(500)]),
  ...rows({ phase: 'diagnostics', method: 'GET' }, [status(403), status(429), status(500), reset]),
  ...rows({ phase: 'diagnostics', method: 'GET', lasting: true }, [status(403)]),
  ...rows({ phase: 'removal', method: 'GET' }, [...everyStatus, reset, cutOff]),
  ...rows({ phase: 'removal', method: 'GET', path: /\/persistentvolumes/, lasting: true }, [status(403), status(500)]),
  ...rows({ phase: 'removal', method: 'DELETE' }, [...everyStatus, reset, lostAnswer, cutOff, trickle, hang]),
  ...rows({ phase: 'removal', method: 'DELETE', path: /\/persistentvolumes\//, lasting: true }, [status(403), status(500)]),
];

/** At the first request of each phase, the API server stops or the run receives a signal. */
const ends: readonly Expectation[] = phases.flatMap((phase) =>
  rows({ phase, method: 'any' }, [{ kind: 'gone' }, { kind: 'signal', signal: 'SIGINT' }, { kind: 'signal', signal: 'SIGKILL' }]),
);

const midway: readonly Expectation[] = rows({ phase: 'removal', method: 'DELETE', nth: 10 }, [
  { kind: 'gone' },
  { kind: 'signal', signal: 'SIGINT' },
  { kind: 'signal', signal: 'SIGKILL' },
]);

/** Every fault that `npm run faults` tries. */
export const faultMatrix: readonly Expectation[] = [...requests, ...ends, ...midway];
