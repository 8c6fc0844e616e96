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

/** The `Status` object that Kubernetes answers a refusal with, as far as it is looked at. */
export interface StatusBody {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** Reads a refusal's body, which is a `Status` from the API server and may be anything from a proxy. */
export function apiError(method: string, path: string, status: number, body: unknown): ApiError {
  const said = typeof body === 'object' && body !== null ? (body as StatusBody) : undefined;
  return new ApiError(method, path, status, said?.reason ?? 'no reason', said?.message ?? String(body).slice(0, 300));
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
