import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * The fault of a request. With a status, `reset` and `hang` it never reaches the API server; with the others it is executed, and its answer
 * is lost, comes at a byte a second, or ends in the middle.
 */
export type RequestFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'reset' | 'hang' | 'lost-answer' | 'trickle' | 'cut-off' };

const reasons: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** The interval between two bytes of a trickling answer, in milliseconds. */
const trickle = 1000;

/** @returns whether the fault handled the request, which is then not sent on */
export function failsBeforeApiServer(fault: RequestFault, outgoing: ServerResponse): boolean {
  switch (fault.kind) {
    case 'status':
      refuse(fault, outgoing);
      return true;
    case 'reset':
      outgoing.destroy();
      return true;
    case 'hang':
      return true;
    default:
      return false;
  }
}

function refuse({ status, retryAfterSeconds }: Extract<RequestFault, { kind: 'status' }>, outgoing: ServerResponse): void {
  const reason = reasons[status] ?? 'Unknown';
  const message = `the fault proxy answers this request with ${status}`;
  const body = JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason,
    message,
    code: status,
  });
  outgoing.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  outgoing.end(body);
}

/** Sends an answer as the fault allows; the API server has executed the request. */
export function failAnswer(
  { kind }: RequestFault,
  { statusCode = 502, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  body: Buffer,
  outgoing: ServerResponse,
): void {
  if (kind === 'lost-answer') {
    outgoing.destroy();
    return;
  }
  const { 'transfer-encoding': _chunks, ...kept } = headers;
  outgoing.writeHead(statusCode, { ...kept, 'content-length': String(body.length) });
  if (kind === 'cut-off') {
    outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), () => outgoing.destroy());
    return;
  }
  writeSlowly(body, outgoing);
}

function writeSlowly(body: Buffer, outgoing: ServerResponse): void {
  let sent = 0;
  const timer = setInterval(() => {
    outgoing.write(body.subarray(sent, sent + 1));
    sent += 1;
    if (sent >= body.length) outgoing.end();
  }, trickle);
  outgoing.on('close', () => clearInterval(timer));
}
