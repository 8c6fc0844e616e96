import axios, { type AxiosInstance, type AxiosResponse, type ResponseType } from 'axios';
import { seconds } from '../wait.ts';
import { apiError, failsBeforeThePod, isServerFailure, ServerFailure, statusBodyOf } from './api-error.ts';
import { asBearer, type Connection } from './connection.ts';
import type { Limits } from './deadlines.ts';
import { exchange } from './exchange.ts';
import type { KubernetesObject } from './object.ts';
import { itemsOf, type Page, type Query, readPages } from './pages.ts';
import { isProxied, isRead } from './paths.ts';
import { WriteRefused } from './read-only.ts';
import { collectionOf, type Reference, type ResourceMapper, referenceOf } from './reference.ts';
import { parseRetryAfter, type RetryClock, type RetryPolicy, retryPolicy, systemClock, withRetries } from './retry.ts';

export type { Query } from './pages.ts';

export interface Request {
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: ResponseType;
  /** For the whole answer, in milliseconds; 30 s unless set, and 0 is for ever. Without a byte of it, at most 20 s pass. */
  readonly timeout?: number;
  /** In bytes; an AnswerTooLong is thrown for a longer body. */
  readonly longest?: number;
  readonly signal?: AbortSignal;
}

/** How a client behaves; each part has a default. */
export interface ClientSettings {
  /** Ends every request, and every pause before a retry, with its reason. */
  readonly signal?: AbortSignal;
  readonly limits?: Limits;
  readonly retries?: RetryPolicy;
  readonly clock?: RetryClock;
}

const defaultLimits: Limits = { total: seconds(30), idle: seconds(20) };

/** In bytes. A longer page of a list is given up and read in smaller ones, far below the longest text that Node.js has. */
const longestPage = 2 ** 27;

/** How an object is applied: who owns the fields, and whether anything is stored. */
export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export const fieldManager = 'kube-state-metrics-conformance';

/**
 * The Kubernetes API as JSON, byte for byte: nothing is dropped that a model does not know.
 * Every call fails with ApiError when the API server refuses, and with InfrastructureError when nobody answers in time, and for 429
 * and 5xx. What changes nothing is sent again before that. What a pod or a Service answers through the API server's proxy is its own.
 */
export class KubeClient {
  private readonly http: AxiosInstance;

  constructor(
    readonly connection: Connection,
    readonly mapper: ResourceMapper,
    readonly settings: ClientSettings = {},
  ) {
    this.http = axios.create({
      baseURL: connection.server,
      httpsAgent: connection.agent,
      proxy: false,
      maxRedirects: 0,
      maxBodyLength: Number.POSITIVE_INFINITY,
      maxContentLength: Number.POSITIVE_INFINITY,
      validateStatus: () => true,
    });
  }

  /** The same API server, with the rights of the holder of a token. */
  withToken(token: string): KubeClient {
    return new KubeClient(asBearer(this.connection, token), this.mapper, this.settings);
  }

  /** The same, whose requests all end when the signal is aborted. */
  endingWith(signal: AbortSignal): KubeClient {
    return new KubeClient(this.connection, this.mapper, { ...this.settings, signal });
  }

  /** The same, for an API server that serves other kinds by now. */
  serving(mapper: ResourceMapper): KubeClient {
    return new KubeClient(this.connection, mapper, this.settings);
  }

  /** The same, which sends get, list, watch and self-reviews; for all else it throws WriteRefused and sends nothing. */
  readOnly(): KubeClient {
    return new KubeClient({ ...this.connection, readOnly: true }, this.mapper, this.settings);
  }

  /**
   * Sends one request once and returns the answer whatever its status is.
   * @throws InfrastructureError when there is no whole answer in time
   */
  async send<T = unknown>(method: string, path: string, request: Request = {}): Promise<AxiosResponse<T>> {
    const { connection, settings } = this;
    if (connection.readOnly && !isRead(method, path)) throw new WriteRefused(`${method} ${path}`);
    const { total: usual, idle } = settings.limits ?? defaultLimits;
    const { query, body, contentType = 'application/json', headers, responseType, timeout = usual } = request;
    const config = {
      method,
      url: path,
      params: query,
      data: body,
      headers: { ...(await connection.headers()), ...(body === undefined ? {} : { 'Content-Type': contentType }), ...headers },
    };
    return exchange<T>(this.http, config, {
      request: `${method} ${path} of ${connection.place}`,
      responseType,
      limits: timeout === 0 ? { total: 0, idle: 0 } : { total: timeout, idle: Math.min(timeout, idle) },
      longest: request.longest ?? Number.POSITIVE_INFINITY,
      signals: [settings.signal, request.signal].filter((signal) => signal !== undefined),
    });
  }

  /**
   * The answer of the API server whatever it is, a refusal included; what changes nothing is sent again when it cannot answer.
   * @throws InfrastructureError when it still cannot
   */
  async answer<T = unknown>(method: string, path: string, request: Request = {}): Promise<AxiosResponse<T>> {
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

  /** Sends one request and returns the body of an answer below 300. */
  async call<T = unknown>(method: string, path: string, request: Request = {}): Promise<T> {
    const response = await this.answer<T>(method, path, request);
    if (response.status >= 300) throw apiError(method, path, response.status, response.data);
    return response.data;
  }

  /** The object, or undefined when there is none of that name. */
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
   * All objects of a kind, in one namespace or in all, each with its apiVersion and kind (which a list leaves out).
   * @param query with `limit`, no more than that many objects are read; else all, in pages
   * @param trim is applied to each object as soon as its page is there, so that what nobody reads is not kept
   */
  async list<O extends KubernetesObject>(
    { apiVersion, kind, namespace }: { apiVersion: string; kind: string; namespace?: string },
    query: Query = {},
    trim: (object: O) => O = (object) => object,
  ): Promise<readonly O[]> {
    const path = this.mapper.collection({ apiVersion, kind, ...(namespace !== undefined && { namespace }) });
    const take = (item: O) => trim({ ...item, apiVersion, kind });
    const fetchPage = (paging: Query) =>
      this.call<Page<O>>('GET', path, { query: { ...query, ...paging }, longest: longestPage });
    return query.limit === undefined ? readPages(path, fetchPage, take) : itemsOf(path, await fetchPage({})).map(take);
  }

  async create<O extends KubernetesObject>(object: KubernetesObject, query: Query = {}): Promise<O> {
    return this.call<O>('POST', this.mapper.collection(collectionOf(object)), { body: object, query });
  }

  /** Server-side apply of the object's own bytes, with strict field validation: an unknown field is refused. */
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
   * Deletes the object that has this uid; one that is not there (any more), and another one under its name, are as good as deleted.
   * @param object with its uid
   */
  async remove({ apiVersion, kind, metadata }: KubernetesObject, gracePeriodSeconds?: number): Promise<void> {
    const { uid } = metadata;
    const path = this.mapper.path(referenceOf({ apiVersion, kind, metadata }));
    if (uid === undefined) throw new Error(`DELETE ${path}: only an object whose uid is known is deleted.`);
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

function anyOf(...signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
