import { Readable } from 'node:stream';
import { InfrastructureError } from '../errors.ts';
import { isProxied } from './paths.ts';
import { NotServed } from './reference.ts';

/** The API server's refusal of a request, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly method: string,
    readonly path: string,
    readonly status: number,
    readonly reason: string,
    readonly details: string,
  ) {
    super(`${method} ${path}: ${status} ${reason}: ${details}`);
  }
}

/** The API server answers that it cannot: it is overloaded (429) or fails (5xx). */
export class ServerFailure extends InfrastructureError {
  constructor(
    message: string,
    readonly status: number,
    /** The API server's words. */
    readonly details: string,
    /** The time in its Retry-After, in milliseconds. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }

  /** The same, of so many attempts within so many milliseconds. */
  after(attempts: number, elapsed: number): ServerFailure {
    return new ServerFailure(`${this.message}${inAttempts(attempts, elapsed)}`, this.status, this.details, this.retryAfter);
  }
}

/** Nobody answered, or the answer broke off. */
export class Unanswered extends InfrastructureError {
  constructor(
    message: string,
    /** As Node.js names it: `ECONNRESET`. */
    readonly code: string,
  ) {
    super(message);
  }

  /** The same, of so many attempts within so many milliseconds. */
  after(attempts: number, elapsed: number): Unanswered {
    return new Unanswered(`${this.message}${inAttempts(attempts, elapsed)}`, this.code);
  }
}

function inAttempts(attempts: number, elapsed: number): string {
  return attempts === 1 ? '' : ` (${attempts} attempts in ${(elapsed / 1000).toFixed(1)} s)`;
}

/** The `Status` object that Kubernetes answers a refusal with, as far as it is looked at. */
export interface StatusBody {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** What Kubernetes 1.24 returns with 500 although the applied object is at fault. Source: Kubernetes, fieldmanager/structuredmerge.go. */
const faultOfTheObject = /^failed to create typed patch object/;

/** Whether an answer means that the API server cannot serve the request now. */
export function isServerFailure(status: number, body: unknown): boolean {
  const { message = '' } = typeof body === 'object' && body !== null ? (body as StatusBody) : {};
  return status === 429 || (status >= 500 && !faultOfTheObject.test(message));
}

/** The API server's words for a pod or a Service that cannot be reached. */
const unreachable = /error trying to reach service|no endpoints available/i;

/**
 * Whether the answer to a request that leads through the API server to a pod is a failure of the API server itself.
 * Source: kube-apiserver answers with a `Status`, which no exporter has, and with this text when it is overloaded (tooManyRequests).
 */
export function failsBeforeThePod(status: number, body: unknown): boolean {
  if (!isServerFailure(status, body)) return false;
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : typeof body === 'string' ? body : JSON.stringify(body);
  if (status === 429 && text.trim() === 'Too many requests, please try again later.') return true;
  return /"kind"\s*:\s*"Status"/.test(text) && !unreachable.test(text);
}

/** Whether the API server itself, and not the pod behind it, denies the caller the way to a pod. */
export function deniedBeforeThePod(status: number, body: unknown): boolean {
  return (status === 401 || status === 403) && (statusBodyOf(body) as StatusBody | undefined)?.kind === 'Status';
}

/** The API server's words in a body, however it was to be read; a stream is ended. */
export function statusBodyOf(body: unknown): unknown {
  if (body instanceof Readable) {
    body.destroy();
    return 'its words were not read';
  }
  if (!Buffer.isBuffer(body) && typeof body !== 'string') return body;
  const text = body.toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trim();
  }
}

/**
 * Reads the body of an answer that is no success, which is a `Status` from the API server and may be anything from a proxy.
 * @returns a ServerFailure where the API server cannot answer; an ApiError where it refuses, and for all that a pod or a Service
 * answers through it
 */
export function apiError(method: string, path: string, status: number, body: unknown): ApiError | ServerFailure {
  const given = typeof body === 'object' && body !== null ? (body as StatusBody) : undefined;
  const { reason = 'no reason', message = String(body).slice(0, 300) } = given ?? {};
  const refusal = new ApiError(method, path, status, reason, message);
  return isServerFailure(status, given) && !isProxied(path)
    ? new ServerFailure(refusal.message, status, message, undefined)
    : refusal;
}

/**
 * Why an object was not taken: the API server's words, or that it does not know the kind.
 * @throws the error when it is of another sort
 */
export function refusalIn(error: unknown): string {
  if (error instanceof ApiError) return error.details;
  if (error instanceof NotServed) return error.message;
  throw error;
}
