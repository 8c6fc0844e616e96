import type { RequestFault } from './request-fault.ts';

/** A request on its way to the API server. */
export interface Passing {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** An answer on its way back. */
export interface PassingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request with its body, which is empty for one that has none. */
export interface WholePassing extends Passing {
  readonly body: string;
}

/** What a proxy does to what passes through it; without a method for it, or where that gives none, it passes as it is. */
export interface Interference {
  /** What goes wrong with this request; the request waits until that is known. */
  fault?(passing: WholePassing): Promise<RequestFault | undefined>;
  /** How to alter the body of this request. */
  request?(passing: Passing): ((body: string) => string) | undefined;
  /** How to alter the answer to this request. */
  answer?(passing: Passing): ((answer: PassingAnswer) => PassingAnswer | Promise<PassingAnswer>) | undefined;
}

/** The port and the path of a pod that a request through the API server's proxy asks for. */
export function askedOfPod({ path }: Pick<Passing, 'path'>): { readonly port: number; readonly path: string } | undefined {
  const [, port, rest = '/'] = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+:(\d+)\/proxy(\/.*)?$/.exec(path) ?? [];
  return port === undefined ? undefined : { port: Number(port), path: rest };
}
