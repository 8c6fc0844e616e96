import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { definedResource, discovery, type Resource } from '../kinds.ts';
import type { Network } from '../network.ts';
import type { Runtime } from '../node/process.ts';
import type { Fields, Pod } from '../objects.ts';
import type { Store } from '../store.ts';
import { Authorizer, review } from './authorization.ts';
import { ApiFailure } from './failure.ts';
import { isDryRun, Objects } from './objects.ts';
import type { PodSecurityLevel } from './pod-security.ts';
import { type ApiRequest, actionOf, bodyOf, mapBody, parseRequest } from './request.ts';
import { proxy, stream, watch } from './streams.ts';
import { type Certificates, serviceAccountUser, type User, Users } from './users.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly network: Network;
  readonly runtime: Runtime;
  readonly resources: readonly Resource[];
  /** `v1.24.17+simulated` */
  readonly gitVersion: string;
  readonly certificates: Certificates;
  /** The Pod Security level of namespaces without a label. */
  readonly podSecurity: PodSecurityLevel;
}

const DEFINITION = 'CustomResourceDefinition';

/** Where an API server is reached. */
export interface ApiAddresses {
  /** `https://127.0.0.1:12345`, for clients outside of the cluster. */
  readonly outside: string;
  /** `http://127.0.0.1:12345`, for programs in pods, which have no certificate: TLS between parts of a simulation costs time and shows nothing. */
  readonly inside: string;
}

/** The Kubernetes API. */
export class ApiServer {
  readonly users: Users;
  readonly authorizer: Authorizer;
  private readonly objects: Objects;
  private readonly resources: Map<string, Resource>;
  private readonly outside: Server;
  private readonly inside: Server = createServer();

  constructor(private readonly options: ApiServerOptions) {
    const { store, resources, certificates, podSecurity } = options;
    this.users = new Users(store);
    this.authorizer = new Authorizer(store);
    this.objects = new Objects(store, podSecurity);
    this.resources = new Map(resources.map((resource) => [resource.key, resource]));
    const { server, authority } = certificates;
    this.outside = createSecureServer({ ...server, ca: authority, requestCert: true, rejectUnauthorized: false });
    for (const listening of [this.outside, this.inside]) {
      // A server that closes an idle connection may do so while the client sends the next request on it.
      listening.keepAliveTimeout = 0;
      listening.on('request', (request, response) => {
        this.answer(request, response).catch((error: unknown) => refuse(response, error));
      });
    }
    this.outside.on('upgrade', (request, socket, head) => {
      this.upgrade(request, socket, head).catch((error: unknown) => {
        const { code, status } = failureOf(error);
        socket.end(`HTTP/1.1 ${code} Refused\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(status)}`);
      });
    });
  }

  async start(): Promise<ApiAddresses> {
    const [outside, inside] = await Promise.all([listen(this.outside), listen(this.inside)]);
    return { outside: `https://${outside}`, inside: `http://${inside}` };
  }

  stop(): void {
    for (const server of [this.outside, this.inside]) {
      server.closeAllConnections();
      server.close();
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const url = new URL(request.url ?? '/', 'https://api');
    const user = await this.userOf(request);
    const apiRequest = parseRequest(method, url, this.resources);
    if (!apiRequest) {
      this.authorizer.require(user, { verb: method.toLowerCase(), path: url.pathname });
      const found = discovery(url.pathname, [...this.resources.values()], this.options.gitVersion);
      if (found === undefined) throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
      reply(response, 200, found);
      return;
    }
    this.authorizer.require(user, actionOf(apiRequest));
    if (apiRequest.verb === 'watch') watch(this.options.store, apiRequest, response);
    else if (apiRequest.subresource === 'proxy') proxy(this.options, apiRequest, request, response);
    else reply(response, apiRequest.verb === 'create' ? 201 : 200, await this.handle(apiRequest, user, request));
  }

  private async handle(apiRequest: ApiRequest, user: User, request: IncomingMessage): Promise<Fields | string> {
    const { subresource, verb, resource } = apiRequest;
    if (subresource !== undefined && !resource.subresources.includes(subresource)) {
      throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
    }
    if (subresource === 'log') return this.log(apiRequest);
    if (verb === 'get') return this.objects.get(apiRequest);
    if (verb === 'list') return this.objects.list(apiRequest);
    if (verb === 'delete') return this.remove(apiRequest, mapBody(await bodyOf(request)));
    if (verb === 'deletecollection') return this.objects.removeAll(apiRequest);
    const body = await bodyOf(request);
    if (verb === 'update') return this.objects.update(apiRequest, body);
    if (verb === 'patch') return this.objects.patch(apiRequest, request.headers['content-type'] ?? '', body);
    if (subresource === 'token') return this.token(apiRequest, mapBody(body));
    if (subresource === 'eviction') return this.objects.remove({ ...apiRequest, subresource: undefined });
    if (subresource !== undefined) throw new ApiFailure(405, 'MethodNotAllowed', `${subresource} is not simulated`);
    if (!resource.isStored) return review(resource.kind, mapBody(body), user, this);
    const created = await this.objects.create(apiRequest, body);
    if (resource.kind === DEFINITION && !isDryRun(apiRequest.query)) {
      const defined = definedResource(created);
      this.resources.set(defined.key, defined);
    }
    return created;
  }

  /** The objects of a definition are removed with it. */
  private remove(apiRequest: ApiRequest, options: Fields): Fields {
    const removed = this.objects.remove(apiRequest, options);
    if (apiRequest.resource.kind !== DEFINITION || isDryRun(apiRequest.query)) return removed as Fields;
    const { key } = definedResource(removed);
    this.resources.delete(key);
    for (const { metadata } of this.options.store.list(key)) this.options.store.remove(key, metadata, 0);
    return removed as Fields;
  }

  private log(apiRequest: ApiRequest): string {
    const pod = this.objects.get(apiRequest) as Pod;
    const container = apiRequest.query.get('container') ?? pod.spec.containers[0]?.name ?? '';
    const text = this.options.runtime.log(pod, container, apiRequest.query.get('previous') === 'true');
    if (text === undefined)
      throw ApiFailure.badRequest(`container "${container}" in pod "${apiRequest.name}" is waiting to start`);
    return text;
  }

  private async token({ namespace = '', name = '' }: ApiRequest, body: Fields): Promise<Fields> {
    const { expirationSeconds = 3600 } = (body.spec ?? {}) as { expirationSeconds?: number };
    return { ...body, status: await this.users.issue(namespace, name, expirationSeconds) };
  }

  /** The user of a request, or the one that it impersonates. Source: Kubernetes, User impersonation. */
  private async userOf(request: IncomingMessage): Promise<User> {
    const user = await this.users.authenticate(request);
    const impersonated = request.headers['impersonate-user'];
    if (typeof impersonated !== 'string') return user;
    const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(impersonated) ?? [];
    const account = namespace !== undefined && name !== undefined;
    const attributes = account ? { resource: 'serviceaccounts', namespace, name } : { resource: 'users', name: impersonated };
    this.authorizer.require(user, { verb: 'impersonate', group: '', ...attributes });
    return account ? serviceAccountUser(namespace, name) : { name: impersonated, groups: ['system:authenticated'] };
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const apiRequest = parseRequest(request.method ?? 'GET', new URL(request.url ?? '/', 'https://api'), this.resources);
    if (!apiRequest || !['exec', 'portforward'].includes(apiRequest.subresource ?? '')) {
      throw new ApiFailure(404, 'NotFound', 'the server could not find the requested resource');
    }
    this.authorizer.require(await this.userOf(request), actionOf(apiRequest));
    stream(this.options, apiRequest, request, socket, head);
  }
}

/** @returns `127.0.0.1:12345` */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function reply(response: ServerResponse, code: number, body: Fields | string): void {
  const isText = typeof body === 'string';
  const content = isText ? body : JSON.stringify(body);
  // Without its length a body is sent in chunks, each of which is a write of its own.
  const length = Buffer.byteLength(content);
  response.writeHead(code, { 'Content-Type': isText ? 'text/plain' : 'application/json', 'Content-Length': length });
  response.end(content);
}

function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure
    ? error
    : new ApiFailure(500, 'InternalError', `the simulated API server: ${(error as Error).stack}`);
}

function refuse(response: ServerResponse, error: unknown): void {
  const { code, status } = failureOf(error);
  if (response.headersSent) response.destroy();
  else reply(response, code, status as Fields);
}
