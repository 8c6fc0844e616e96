import { constants } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse, ResponseType } from 'axios';
import { InfrastructureError } from '../errors.ts';
import { Unanswered } from './api-error.ts';
import { whyUnanswered } from './connection-failure.ts';
import { Deadlines, type Limits } from './deadlines.ts';

/** The body of an answer that is longer than the caller takes. */
export class AnswerTooLong extends InfrastructureError {}

export interface Exchange {
  /** What is sent, for the words of a failure: `GET /version of https://127.0.0.1:6443`. */
  readonly request: string;
  readonly responseType: ResponseType | undefined;
  readonly limits: Limits;
  /** In bytes, of a body that is not a stream. */
  readonly longest: number;
  readonly signals: readonly AbortSignal[];
}

/**
 * Sends one request and reads the answer, whatever its status is, within the limits.
 * @throws InfrastructureError when there is no whole answer within them, and the signal's reason when one is aborted
 */
export async function exchange<T>(
  http: AxiosInstance,
  config: AxiosRequestConfig,
  { request, responseType, limits, longest, signals }: Exchange,
): Promise<AxiosResponse<T>> {
  const deadlines = new Deadlines(request, limits, signals);
  const { signal } = deadlines;
  let stays = false;
  try {
    const response = await http.request<Readable>({ ...config, responseType: 'stream', signal });
    deadlines.received(0);
    const { data: stream } = response;
    const end = () => stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', end, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', end));
    if (responseType === 'stream') {
      stays = true;
      deadlines.allowSilence();
      stream.once('close', () => deadlines.clear());
      return response as AxiosResponse;
    }
    const body = await read(stream, { request, longest, deadlines });
    return { ...response, data: decoded(body, responseType, request) as T };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof InfrastructureError) throw error;
    const { code = 'UNKNOWN' } = error as NodeJS.ErrnoException;
    throw new Unanswered(`There is no answer to ${request}: ${whyUnanswered(error)}.`, code);
  } finally {
    if (!stays) deadlines.clear();
  }
}

async function read(
  stream: Readable,
  { request, longest, deadlines }: { request: string; longest: number; deadlines: Deadlines },
): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longest) throw new AnswerTooLong(`The answer to ${request} is longer than ${longest} bytes.`);
    parts.push(part);
    deadlines.received(part.length);
  }
  return Buffer.concat(parts, length);
}

/** The body as the caller takes it: bytes, text, or by default the value of its JSON, and text where it is not JSON. */
function decoded(body: Buffer, responseType: ResponseType | undefined, request: string): unknown {
  if (responseType === 'arraybuffer') return body;
  if (body.length > constants.MAX_STRING_LENGTH) {
    throw new AnswerTooLong(`The answer to ${request} has ${body.length} bytes, which is more than Node.js makes one text of.`);
  }
  const text = body.toString('utf8');
  if (responseType === 'text') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
