import { setTimeout as pause } from 'node:timers/promises';
import { seconds } from '../wait.ts';
import { NoAnswer, ServerFailure } from './api-error.ts';

/** How often, and for how long, a read is retried; times in milliseconds. */
export interface RetryPolicy {
  readonly attempts: number;
  /** From the first attempt to the start of the last one. */
  readonly within: number;
  readonly firstPause: number;
  readonly longestPause: number;
}

export const retryPolicy: RetryPolicy = { attempts: 5, within: seconds(30), firstPause: 250, longestPause: seconds(8) };

/** The clock and the randomness of retries. */
export interface RetryClock {
  /** Monotonic milliseconds. */
  now(): number;
  /** From 0 up to 1. */
  random(): number;
  /** @throws the signal's reason as soon as it is aborted */
  pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

export const systemClock: RetryClock = {
  now: () => performance.now(),
  random: Math.random,
  pause: async (milliseconds, signal) => {
    try {
      await pause(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw signal?.reason;
    }
  },
};

/**
 * Repeats an attempt while it fails with a transient error: the API server is overloaded, fails, or drops the connection.
 * The pause between two attempts doubles, with jitter, and is at least Retry-After.
 * @throws the last transient error with the number of attempts; any other error at once
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  {
    policy,
    clock,
    signal,
  }: { readonly policy: RetryPolicy; readonly clock: RetryClock; readonly signal: AbortSignal | undefined },
): Promise<T> {
  const begun = clock.now();
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isTransient(error)) throw error;
      const wait = pauseAfter(error, attempts, policy, clock);
      const elapsed = clock.now() - begun;
      if (attempts >= policy.attempts || elapsed + wait > policy.within) throw error.after(attempts, elapsed);
      await clock.pause(wait, signal);
    }
  }
}

/** Source: Kubernetes API conventions, HTTP status codes: 429 and 5xx are to be retried by the client. */
const transientStatuses = new Set([429, 500, 502, 503, 504]);

/** Errors of a connection after which the next one may succeed. */
const transientCodes = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'EAI_AGAIN']);

function isTransient(error: unknown): error is ServerFailure | NoAnswer {
  if (error instanceof ServerFailure) return transientStatuses.has(error.status);
  return error instanceof NoAnswer && transientCodes.has(error.code);
}

function pauseAfter(error: ServerFailure | NoAnswer, attempts: number, policy: RetryPolicy, clock: RetryClock): number {
  const longest = Math.min(policy.longestPause, policy.firstPause * 2 ** (attempts - 1));
  const backOff = longest * (0.5 + clock.random() / 2);
  const retryAfter = error instanceof ServerFailure ? (error.retryAfter ?? 0) : 0;
  // With jitter, as other clients may have the same Retry-After.
  return retryAfter > backOff ? retryAfter + policy.firstPause * clock.random() : backOff;
}

/**
 * The time in a Retry-After header, in milliseconds; undefined when it cannot be read.
 * Source: RFC 9110, section 10.2.3: a number of seconds, or an HTTP date.
 */
export function parseRetryAfter(value: string | undefined, now: number = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
