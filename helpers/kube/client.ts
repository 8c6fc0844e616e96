import { seconds } from '../wait.ts';
import { apiError, failsBeforeThePod, isServerFailure, ServerFailure, statusBodyOf } from './api-error.ts';
import { asBearer, type Connection } from './connection.ts';
import type { Limits } from './deadlines.ts';
import { exchange, type HttpResponse, type ResponseType } from './exchange.ts';
import type { KubernetesObject } from './object.ts';
import { itemsOf, type Page, type PageTaker, type Query, readPages } from './pages.ts';
import { isProxied, isRead, WriteRefused } from './read-only.ts';
import { collectionOf, type Reference, type ResourceMapper, referenceOf } from './reference.ts';
import { parseRetryAfter, type RetryClock, type RetryPolicy, retryPolicy, systemClock, withRetries } from './retry.ts';

export type { Query } from './pages.ts';

export interface Request {
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: ResponseType;
  /** The limit for the whole response in milliseconds, 30 s by default; 0 is none. At most 20 s may pass without a byte. */
  readonly timeout?: number;
  /** A ResponseTooLong is thrown for a longer body. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** The settings of a client; each has a default. */
export interface ClientSettings {
  /** Aborts every request, and every pause before a retry, with its reason. */
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  readonly retries?: RetryPolicy;
  readonly clock?: RetryClock;
}

const defaultLimits: Limits = { total: seconds(30), idle: seconds(20) };

/** Packing takes time, which is not that of who sends the body. */
const packedBytesPerSecond = 10_000_000;

/** A longer page of a list is aborted and read in smaller ones; far below the maximum length of a string in Node.js. */
const maxPageBytes = 2 ** 27;

/** The options of a server-side apply: whether anything is stored, and whether to take over fields of other managers. */
export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** The objects of a kind, in one namespace or in all. */
interface Collection {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
}

export const fieldManager = 'kube-state-metrics-conformance';

/**
 * A client of the Kubernetes API whose objects are plain JSON: no model drops unknown fields.
 * Every call throws an ApiError when the API server refuses the request, and an InfrastructureError for 429, 5xx and without a response
 * in time. Reads are retried before that. A response of a pod or a Service through the API server's proxy is returned as it is.
 */
export class KubeClient {
  constructor(
    readonly connection: Connection,
    readonly mapper: ResourceMapper,
    readonly settings: ClientSettings = {},
  ) {}

  /** A client of the same API server that authenticates with a bearer token. */
  withToken(token: string): KubeClient {
    return new KubeClient(asBearer(this.connection, token), this.mapper, this.settings);
  }

  /** The same client, whose requests are aborted with the signal. */
  withSignal(signal: AbortSignal): KubeClient {
    return new KubeClient(this.connection, this.mapper, { ...this.settings, signal });
  }

  /** The same client with another mapper, for an API server that serves other kinds by now. */
  withMapper(mapper: ResourceMapper): KubeClient {
    return new KubeClient(this.connection, mapper, this.settings);
  }

  /** The same client, limited to get, list, watch and self-reviews: it throws WriteRefused for anything else and sends nothing. */
  readOnly(): KubeClient {
    return new KubeClient({ ...this.connection, readOnly: true }, this.mapper, this.settings);
  }

  /**
   * Sends a request once and returns the response, whatever its status.
   * @throws InfrastructureError without a complete response in time
   */
  async send<T = unknown>(method: string, path: string, request: Request = {}): Promise<HttpResponse<T>> {
    const { connection, settings } = this;
    if (connection.readOnly && !isRead(method, path)) throw new WriteRefused(`${method} ${path}`);
    const { total: defaultTotal, idle } = settings.limits ?? defaultLimits;
    const { query, body, contentType = 'application/json', headers, responseType, timeout = defaultTotal } = request;
    const sent = {
      method,
      url: urlOf(connection.server, path, query),
      agent: connection.agent,
      headers: { ...(await connection.headers()), ...(body === undefined ? {} : { 'Content-Type': contentType }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const longBody = responseType === 'packed' ? { bytesPerSecond: packedBytesPerSecond } : {};
    return exchange<T>(sent, {
      request: `${method} ${path} of ${connection.address}`,
      responseType,
      limits: timeout === 0 ? { total: 0, idle: 0 } : { total: timeout, idle: Math.min(timeout, idle), ...longBody },
      maxBytes: request.maxBytes ?? Number.POSITIVE_INFINITY,
      signals: [settings.signal, request.signal].filter((signal) => signal !== undefined),
    });
  }

  /**
   * Sends a request, a read with retries, and returns the response, a refusal included.
   * @throws InfrastructureError when the API server fails, for a read in every attempt
   */
  async answer<T = unknown>(method: string, path: string, request: Request = {}): Promise<HttpResponse<T>> {
    const { retries: policy = retryPolicy, clock = systemClock, signal } = this.settings;
    const failed = isProxied(path) ? failsBeforeThePod : isServerFailure;
    const attempt = async () => {
      const response = await this.send<T>(method, path, request);
      const { status, data, headers } = response;
      if (!failed(status, data)) return response;
      const { message, details } = apiError(method, path, status, statusBodyOf(data));
      throw new ServerFailure(message, status, details, parseRetryAfter(headers['retry-after'] as string | undefined));
    };
    return isRead(method, path) ? withRetries(attempt, { policy, clock, signal: anyOf(signal, request.signal) }) : attempt();
  }

  /**
   * Sends a request, a read with retries, and returns the body of a response with a status below 300.
   * @throws ApiError for any other status
   */
  async call<T = unknown>(method: string, path: string, request: Request = {}): Promise<T> {
    const response = await this.answer<T>(method, path, request);
    if (response.status >= 300) throw apiError(method, path, response.status, response.data);
    return response.data;
  }

  /** Returns the object; undefined if it does not exist. */
  async find<O extends KubernetesObject>(reference: Reference): Promise<O | undefined> {
    const path = this.mapper.path(reference);
    const response = await this.answer<O>('GET', path);
    if (response.status === 404) return undefined;
    if (response.status >= 300) throw apiError('GET', path, response.status, response.data);
    return response.data;
  }

  async get<O extends KubernetesObject>(reference: Reference): Promise<O> {
    return this.call<O>('GET', this.mapper.path(reference));
  }

  /**
   * Lists the objects of a kind, in one namespace or in all, each with its apiVersion and kind, which a list omits.
   * @param query with `limit`, one page of at most that many objects is read; otherwise all pages
   * @param trim is applied to each object when its page arrives, to drop fields that are not needed
   */
  async list<O extends KubernetesObject>(
    { apiVersion, kind, namespace }: Collection,
    query: Query = {},
    trim: (object: O) => O = (object) => object,
  ): Promise<readonly O[]> {
    const collection = { apiVersion, kind, ...(namespace !== undefined && { namespace }) };
    if (query.limit === undefined) {
      const objects: O[] = [];
      const restart = () => objects.splice(0);
      await this.eachOf<O>(collection, { take: (object) => void objects.push(trim(object)), restart }, query);
      return objects;
    }
    const path = this.mapper.collection(collection);
    const page = await this.call<Page<O>>('GET', path, { query, maxBytes: maxPageBytes });
    return itemsOf(path, page).map((item) => trim({ ...item, apiVersion, kind }));
  }

  /** Lists the objects of a kind like `list`, and keeps none of them: they are taken page by page. */
  async eachOf<O extends KubernetesObject>(
    { apiVersion, kind, namespace }: Collection,
    { take, restart }: PageTaker<O>,
    query: Query = {},
  ): Promise<void> {
    const path = this.mapper.collection({ apiVersion, kind, ...(namespace !== undefined && { namespace }) });
    await readPages<O>(
      path,
      (paging) => this.call<Page<O>>('GET', path, { query: { ...query, ...paging }, maxBytes: maxPageBytes }),
      { take: (item) => take({ ...item, apiVersion, kind }), restart },
    );
  }

  async create<O extends KubernetesObject>(object: KubernetesObject, query: Query = {}): Promise<O> {
    return this.call<O>('POST', this.mapper.collection(collectionOf(object)), { body: object, query });
  }

  /** Server-side apply of the object with strict field validation: an unknown field is refused. */
  async apply<O extends KubernetesObject>(object: O, { dryRun = false, force = false }: ApplyOptions = {}): Promise<O> {
    return this.call<O>('PATCH', this.mapper.path(referenceOf(object)), {
      body: JSON.stringify(object),
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager, fieldValidation: 'Strict', force, ...(dryRun ? { dryRun: 'All' } : {}) },
    });
  }

  /** A JSON merge patch (RFC 7386) of the object or of a subresource such as `status`. */
  async merge<O extends KubernetesObject>(reference: Reference, patch: unknown, subresource?: string): Promise<O> {
    const path = this.mapper.path(reference) + (subresource === undefined ? '' : `/${subresource}`);
    return this.call<O>('PATCH', path, { body: patch, contentType: 'application/merge-patch+json' });
  }

  /**
   * Deletes the object with this uid. It is no error if the object does not exist, or if another one has its name.
   * @throws an Error without a uid
   */
  async remove({ apiVersion, kind, metadata }: KubernetesObject, gracePeriodSeconds?: number): Promise<void> {
    const { uid } = metadata;
    const path = this.mapper.path(referenceOf({ apiVersion, kind, metadata }));
    if (uid === undefined) throw new Error(`DELETE ${path}: an object is deleted only by its uid, which is missing.`);
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid },
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    };
    const { status, data } = await this.send('DELETE', path, { body });
    if (status < 300 || status === 404) return;
    const refusal = apiError('DELETE', path, status, data);
    // Source: Kubernetes, storage.Preconditions.Check.
    if (status !== 409 || !refusal.details.includes('Precondition failed')) throw refusal;
  }
}

function urlOf(server: string, path: string, query: Query = {}): URL {
  const parameters = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const separator = path.includes('?') ? '&' : '?';
  return new URL(`${server}${path}${parameters.length > 0 ? separator : ''}${parameters.join('&')}`);
}

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const defined = signals.filter((signal) => signal !== undefined);
  return defined.length > 1 ? AbortSignal.any(defined) : defined[0];
}
