import { Readable } from 'node:stream';
import { InfrastructureError } from '../errors.ts';
import { PackedBytes } from './packed-bytes.ts';
import { isProxied } from './read-only.ts';
import { NotServed } from './reference.ts';

/** A request that the API server refused: the status, reason and message of its response. */
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

/** A response of an API server that is overloaded (429) or fails (5xx). */
export class ServerFailure extends InfrastructureError {
  constructor(
    message: string,
    readonly status: number,
    /** The message of the response. */
    readonly details: string,
    /** The time of its Retry-After header in milliseconds. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }

  /** The same error with the number of attempts and the elapsed milliseconds in its message. */
  after(attempts: number, elapsed: number): ServerFailure {
    return new ServerFailure(`${this.message}${inAttempts(attempts, elapsed)}`, this.status, this.details, this.retryAfter);
  }
}

/** There was no response, or only a part of one. */
export class NoAnswer extends InfrastructureError {
  constructor(
    message: string,
    /** The code of the Node.js error: `ECONNRESET`. */
    readonly code: string,
  ) {
    super(message);
  }

  /** The same error with the number of attempts and the elapsed milliseconds in its message. */
  after(attempts: number, elapsed: number): NoAnswer {
    return new NoAnswer(`${this.message}${inAttempts(attempts, elapsed)}`, this.code);
  }
}

function inAttempts(attempts: number, elapsed: number): string {
  return attempts === 1 ? '' : ` (${attempts} attempts in ${(elapsed / 1000).toFixed(1)} s)`;
}

/** The fields of a Kubernetes `Status` that are read. */
export interface StatusBody {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** The message that Kubernetes 1.24 returns with 500 for an invalid applied object. Source: Kubernetes, fieldmanager/structuredmerge.go. */
const invalidObject = /^failed to create typed patch object/;

/** Whether a response means that the API server cannot serve the request now. */
export function isServerFailure(status: number, body: unknown): boolean {
  const { message = '' } = typeof body === 'object' && body !== null ? (body as StatusBody) : {};
  return status === 429 || (status >= 500 && !invalidObject.test(message));
}

/** The API server's message for a pod or a Service that cannot be reached. */
const unreachable = /error trying to reach service|no endpoints available|no service port \S+ found/i;

/**
 * Whether the response to a request to a pod through the API server's proxy is a failure of the API server itself.
 * Source: kube-apiserver responds with a `Status`, which no exporter has, and with this text when it is overloaded (tooManyRequests).
 */
export function failsBeforeThePod(status: number, body: unknown): boolean {
  if (!isServerFailure(status, body)) return false;
  const bytes = body instanceof PackedBytes ? body.toBuffer() : body;
  const text = Buffer.isBuffer(bytes) || typeof bytes === 'string' ? bytes.toString() : JSON.stringify(bytes);
  if (status === 429 && text.trim() === 'Too many requests, please try again later.') return true;
  return /"kind"\s*:\s*"Status"/.test(text) && !unreachable.test(text);
}

/** Whether the API server itself, and not the pod behind its proxy, denied the request. */
export function deniedBeforeThePod(status: number, body: unknown): boolean {
  return (status === 401 || status === 403) && (statusBodyOf(body) as StatusBody | undefined)?.kind === 'Status';
}

/** The parsed JSON or the text of a body of any response type; a stream is destroyed. */
export function statusBodyOf(body: unknown): unknown {
  if (body instanceof Readable) {
    body.destroy();
    return 'its body was not read';
  }
  const bytes = body instanceof PackedBytes ? body.toBuffer() : body;
  if (!Buffer.isBuffer(bytes) && typeof bytes !== 'string') return body;
  const text = bytes.toString();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trim();
  }
}

/**
 * The error for an unsuccessful response, whose body is a `Status` from the API server and may be anything from a proxy.
 * @returns a ServerFailure for 429 and 5xx of the API server; an ApiError for any other status, and for every response of a pod or a
 * Service through the proxy
 */
export function apiError(method: string, path: string, status: number, body: unknown): ApiError | ServerFailure {
  const statusBody = typeof body === 'object' && body !== null ? (body as StatusBody) : undefined;
  const { reason = 'no reason', message = String(body).slice(0, 300) } = statusBody ?? {};
  const refusal = new ApiError(method, path, status, reason, message);
  return isServerFailure(status, statusBody) && !isProxied(path)
    ? new ServerFailure(refusal.message, status, message, undefined)
    : refusal;
}

/**
 * Why an object was refused: the message of an ApiError or of NotServed.
 * @throws any other error
 */
export function refusalIn(error: unknown): string {
  if (error instanceof ApiError) return error.details;
  if (error instanceof NotServed) return error.message;
  throw error;
}
