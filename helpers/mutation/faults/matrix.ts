import type { RequestFault } from '../../suite/mutant/request-fault.ts';
import type { Expectation } from './judged.ts';
import type { PlannedFault } from './planned-fault.ts';
import type { RunPhase } from './run-phase.ts';

type Where = Pick<PlannedFault, 'phase' | 'method'> & Partial<Pick<PlannedFault, 'path' | 'nth' | 'lasting'>>;

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

/** One row for each way in which the same request fails. */
function rows(where: Where, incidents: readonly PlannedFault['incident'][], command = 'e2e'): readonly Expectation[] {
  return incidents.map((incident) => ({ command, fault: { ...where, incident }, exporterFails: where.phase === 'diagnostics' }));
}

const phases: readonly RunPhase[] = ['discovery', 'preflight', 'install', 'fixtures', 'verify', 'diagnostics', 'removal'];

/** The requests of a worker that verifies, and of nothing that watches over the run. */
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

/** The first request of a phase ends the API server, or brings the run a signal. */
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
