import type { RequestFault } from './request-fault.ts';

/** A request that passes through the proxy to the API server. */
export interface ProxiedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer that passes through the proxy. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with its body, which is empty where it has none. */
export interface ProxiedRequestWithBody extends ProxiedRequest {
  readonly body: string;
}

/** What a proxy does to requests and answers; without a method, or where it returns undefined, they pass unaltered. */
export interface Interference {
  /** The fault of this request; the request waits for it. */
  fault?(passing: ProxiedRequestWithBody): Promise<RequestFault | undefined>;
  /** How to alter the body of this request. */
  request?(passing: ProxiedRequest): ((body: string) => string) | undefined;
  /** How to alter the answer to this request. */
  answer?(passing: ProxiedRequest): ((answer: ProxiedAnswer) => ProxiedAnswer | Promise<ProxiedAnswer>) | undefined;
}

/** The port and the path of a pod that a request through the API server's proxy addresses. */
export function requestToPod({
  path,
}: Pick<ProxiedRequest, 'path'>): { readonly port: number; readonly path: string } | undefined {
  const [, port, rest = '/'] = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+:(\d+)\/proxy(\/.*)?$/.exec(path) ?? [];
  return port === undefined ? undefined : { port: Number(port), path: rest };
}
