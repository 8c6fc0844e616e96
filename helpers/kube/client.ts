import axios, { type AxiosInstance, type AxiosResponse, type ResponseType } from 'axios';
import { InfrastructureError } from '../errors.ts';
import { apiError } from './api-error.ts';
import { asBearer, type Connection } from './connection.ts';
import type { KubernetesObject } from './object.ts';
import { collectionOf, type Reference, type ResourceMapper, referenceOf } from './reference.ts';

export type Query = Readonly<Record<string, string | number | boolean>>;

export interface Request {
  readonly query?: Query;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly responseType?: ResponseType;
  /** In milliseconds; 30 s unless told. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** How an object is applied: who owns the fields, and whether anything is stored. */
export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export const fieldManager = 'kube-state-metrics-conformance';

/**
 * The Kubernetes API as JSON, byte for byte: nothing is dropped that a model does not know.
 * Every call fails with ApiError when the API server refuses, and with InfrastructureError when nobody answers.
 */
export class KubeClient {
  private readonly http: AxiosInstance;

  constructor(
    readonly connection: Connection,
    readonly mapper: ResourceMapper,
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

  /** The same API server, asked as the holder of a token. */
  withToken(token: string): KubeClient {
    return new KubeClient(asBearer(this.connection, token), this.mapper);
  }

  /** The same client, for an API server that serves other kinds by now. */
  serving(mapper: ResourceMapper): KubeClient {
    return new KubeClient(this.connection, mapper);
  }

  /** Sends one request and gives back the answer whatever its status is. */
  async send<T = unknown>(method: string, path: string, request: Request = {}): Promise<AxiosResponse<T>> {
    const { query, body, contentType = 'application/json', headers, responseType, timeout = 30_000, signal } = request;
    try {
      return await this.http.request<T>({
        method,
        url: path,
        params: query,
        data: body,
        timeout,
        headers: { ...this.connection.headers, ...(body === undefined ? {} : { 'Content-Type': contentType }), ...headers },
        ...(responseType === undefined ? {} : { responseType }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new InfrastructureError(
        `The API server at ${this.connection.server} did not answer ${method} ${path}: ${(error as Error).message}.`,
      );
    }
  }

  /** Sends one request and gives back the body of an answer below 300. */
  async call<T = unknown>(method: string, path: string, request: Request = {}): Promise<T> {
    const response = await this.send<T>(method, path, request);
    if (response.status >= 300) throw apiError(method, path, response.status, response.data);
    return response.data;
  }

  /** The object, or undefined when there is none of that name. */
  async find<O extends KubernetesObject>(reference: Reference): Promise<O | undefined> {
    const path = this.mapper.path(reference);
    const response = await this.send<O>('GET', path);
    if (response.status === 404) return undefined;
    if (response.status >= 300) throw apiError('GET', path, response.status, response.data);
    return response.data;
  }

  async get<O extends KubernetesObject>(reference: Reference): Promise<O> {
    return this.call<O>('GET', this.mapper.path(reference));
  }

  /** All objects of a kind, in one namespace or in all, each with its apiVersion and kind (which a list leaves out). */
  async list<O extends KubernetesObject>(
    of: { apiVersion: string; kind: string; namespace?: string },
    query: Query = {},
  ): Promise<readonly O[]> {
    const body = await this.call<{ items?: readonly O[] }>('GET', this.mapper.collection(of), { query });
    return (body.items ?? []).map((item) => ({ ...item, apiVersion: of.apiVersion, kind: of.kind }));
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
