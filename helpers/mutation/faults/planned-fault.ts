import type { RequestFault } from '../../suite/mutant/request-fault.ts';
import type { RunPhase } from './run-phase.ts';

/** What happens to a run at a request. */
export type Incident =
  | RequestFault
  /** Nobody listens any more from then on. */
  | { readonly kind: 'gone' }
  /** The process of the run receives it; the request passes unless it fails as well. */
  | { readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGKILL'; readonly request?: RequestFault }
  /** The request waits until this has been done, and passes. */
  | { readonly kind: 'meanwhile'; readonly what: string; act(): Promise<void> };

/** An incident and the requests that it happens to. */
export interface PlannedFault {
  readonly phase: RunPhase;
  /** `create` is a POST or an apply patch: both make what is not there. */
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'create' | 'any';
  /** Any path where it is left out. */
  readonly path?: RegExp;
  /** From which matching request on, counted from 1. */
  readonly nth?: number;
  /** Whether every later matching request fails as well. */
  readonly lasting?: boolean;
  readonly incident: Incident;
}

const labels: Readonly<Record<Exclude<Incident['kind'], 'status' | 'signal' | 'meanwhile'>, string>> = {
  reset: 'reset before the answer',
  hang: 'no answer',
  'lost-answer': 'executed, answer lost',
  trickle: 'a byte a second',
  'cut-off': 'cut off in the body',
  gone: 'API server gone',
};

/** `GET 429, Retry-After 1`, in the words of the table; lasting faults say so. */
export function titleOf({ method, path, incident, lasting = false, nth = 1 }: PlannedFault): string {
  const where = path === undefined ? '' : ` ${path.source.replaceAll('\\', '').replace(/[$^]/g, '')}`;
  return `${method}${where}${nth > 1 ? ` no. ${nth}` : ''}: ${wordsFor(incident)}${lasting ? ', lasting' : ''}`;
}

function wordsFor(incident: Incident): string {
  if (incident.kind === 'signal') return incident.signal;
  if (incident.kind === 'meanwhile') return incident.what;
  if (incident.kind !== 'status') return labels[incident.kind];
  const retryAfter = incident.retryAfterSeconds === undefined ? '' : `, Retry-After ${incident.retryAfterSeconds}`;
  return `${incident.status}${retryAfter}`;
}
