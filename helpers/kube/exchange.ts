import { constants } from 'node:buffer';
import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InfrastructureError } from '../errors.ts';
import { NoAnswer } from './api-error.ts';
import { Deadlines, type Limits } from './deadlines.ts';
import { PackedBytes } from './packed-bytes.ts';

/** The body of a response is longer than the limit. */
export class ResponseTooLong extends InfrastructureError {}

/** How a body is returned: as text, as bytes, as PackedBytes, or as a stream while it arrives. */
export type ResponseType = 'text' | 'arraybuffer' | 'packed' | 'stream';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A response of any status. */
export interface HttpResponse<T> {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly data: T;
}

export interface Exchange {
  /** The request as an error names it: `GET /version of https://127.0.0.1:6443`. */
  readonly request: string;
  /** By default, a body is returned as parsed JSON, and as text if it is not JSON. */
  readonly responseType: ResponseType | undefined;
  readonly limits: Limits;
  /** The limit of a body that is not returned as a stream. */
  readonly maxBytes: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * Sends a request and reads the response, whatever its status, within the limits; a redirect is not followed. A response may be
 * compressed and is decompressed, unless the request has an Accept-Encoding of its own.
 * @throws InfrastructureError without a complete response within the limits; the reason of an aborted signal
 */
export async function exchange<T>(
  sent: HttpRequest,
  { request, responseType, limits, maxBytes, signals }: Exchange,
): Promise<HttpResponse<T>> {
  const deadlines = new Deadlines(request, limits, signals);
  let isStreaming = false;
  try {
    const response = await responseTo(sent, deadlines);
    deadlines.received(0);
    const { statusCode: status = 0, headers } = response;
    const stream = decompressed(sent, response);
    deadlines.govern(stream);
    if (responseType === 'stream') {
      isStreaming = true;
      deadlines.stopIdleDeadline();
      stream.once('close', () => deadlines.clear());
      return { status, headers, data: stream as T };
    }
    const body = await read(stream, { request, maxBytes, deadlines });
    if (responseType === 'packed') return { status, headers, data: body as T };
    return { status, headers, data: decoded(body.toBuffer(), responseType, request) as T };
  } catch (error) {
    if (deadlines.ended) throw deadlines.ended.reason;
    if (error instanceof InfrastructureError) throw error;
    const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
    throw new NoAnswer(`There is no response to ${request}: ${connectionFailure(error)}.`, code);
  } finally {
    if (!isStreaming) deadlines.clear();
  }
}

/** @throws the error of the connection */
function responseTo({ method, url, agent, headers, body }: HttpRequest, deadlines: Deadlines): Promise<IncomingMessage> {
  const { protocol, hostname, port, pathname, search } = url;
  const options = {
    method,
    agent,
    hostname: hostname.replace(/^\[|\]$/g, ''),
    ...(port !== '' && { port }),
    path: `${pathname}${search}`,
    headers: {
      Accept: 'application/json, text/plain, */*',
      'Accept-Encoding': 'gzip',
      // The audit log of the API server shows it, and some gateways refuse a request without one.
      'User-Agent': 'kube-state-metrics-conformance',
      ...headers,
      ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
    },
  };
  return new Promise((resolve, reject) => {
    const request = (protocol === 'https:' ? requestTls : requestPlain)(options, resolve);
    request.on('error', reject);
    deadlines.govern(request);
    request.end(body);
  });
}

function decompressed({ method, headers }: HttpRequest, response: IncomingMessage): Readable {
  const isOwnEncoding = headers['Accept-Encoding'] !== undefined;
  const hasBody = method !== 'HEAD' && response.statusCode !== 204;
  if (isOwnEncoding || !hasBody || response.headers['content-encoding'] !== 'gzip') return response;
  // An error is that of the stream that is returned.
  return pipeline(response, createGunzip(), () => undefined);
}

function read(
  stream: Readable,
  { request, maxBytes, deadlines }: { request: string; maxBytes: number; deadlines: Deadlines },
): Promise<PackedBytes> {
  return new Promise((resolve, reject) => {
    const body = new PackedBytes();
    stream.on('data', (part: Buffer) => {
      body.add(part);
      if (body.length > maxBytes)
        stream.destroy(new ResponseTooLong(`The response to ${request} is longer than ${maxBytes} bytes.`));
      deadlines.received(part.length);
    });
    stream.once('end', () => resolve(body));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('the connection was closed within the body')));
  });
}

/** The body as bytes, as text, or by default as parsed JSON, and as text if it is not JSON. */
function decoded(body: Buffer, responseType: ResponseType | undefined, request: string): unknown {
  if (responseType === 'arraybuffer') return body;
  if (body.length > constants.MAX_STRING_LENGTH) {
    throw new ResponseTooLong(`The response to ${request} has ${body.length} bytes, more than a string of Node.js can have.`);
  }
  const text = body.toString('utf8');
  if (responseType === 'text') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const untrusted =
  "its certificate is signed by an authority that is not in the kubeconfig; set the cluster's certificate-authority-data (or certificate-authority) to that authority";

const plain = 'it does not speak TLS on this port; check the port of the server in the kubeconfig';

/** The meaning of a connection error and what to do, by the code of the Node.js error. */
const meanings: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_HAS_EXPIRED: 'its certificate has expired; it must be renewed',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for other names; set the cluster's tls-server-name to one of them",
  EPROTO: plain,
  ERR_SSL_WRONG_VERSION_NUMBER: plain,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: plain,
  ENOTFOUND: 'its host name is unknown; check the server in the kubeconfig, and the name server',
  EAI_AGAIN: 'the name server does not respond for its host name',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no route to its network',
  ETIMEDOUT: 'its host does not accept the connection',
};

/** Why there is no response, without a full stop: the meaning of the error's code, if it is known, and the error's message. */
function connectionFailure(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const meaning = meanings[code];
  const text = message || code || String(error);
  // The message of hpagent.
  const [, refusal] = /^Bad response: (\d+)$/.exec(text) ?? [];
  if (refusal !== undefined) return `the proxy refuses the connection with status ${refusal}`;
  return meaning === undefined ? text : `${meaning} (${text})`;
}
