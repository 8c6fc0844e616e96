import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { keyOf, type Resource } from '../kinds.ts';
import type { Fields } from '../objects.ts';
import type { Action } from './authorization.ts';
import { ApiFailure } from './failure.ts';

/** A request for a resource, as parsed from its path and method. */
export interface ApiRequest {
  readonly resource: Resource;
  /** `apps/v1` */
  readonly apiVersion: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** The path and query after the subresource `proxy`. */
  readonly proxyPath: string;
  readonly verb: string;
  readonly query: URLSearchParams;
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** @returns undefined for a path of no resource */
export function parseRequest(method: string, url: URL, resources: ReadonlyMap<string, Resource>): ApiRequest | undefined {
  const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const isCore = parts[0] === 'api';
  if (!isCore && parts[0] !== 'apis') return undefined;
  const [group = '', version = ''] = isCore ? ['', parts[1]] : [parts[1], parts[2]];
  let path = parts.slice(isCore ? 2 : 3);
  if (path.length === 0) return undefined;
  let namespace: string | undefined;
  // The subresources of a namespace have the same path as the resources in it.
  if (path[0] === 'namespaces' && path.length > 2 && !['status', 'finalize'].includes(path[2] ?? '')) {
    namespace = path[1];
    path = path.slice(2);
  }
  const [plural = '', name, subresource, ...rest] = path;
  const resource = resources.get(keyOf(group, plural));
  if (!resource?.versions.includes(version)) return undefined;
  const apiVersion = isCore ? version : `${group}/${version}`;
  const query = url.searchParams;
  const common = { resource, apiVersion, namespace, name, subresource, query };
  return { ...common, proxyPath: `/${rest.join('/')}${url.search}`, verb: verbOf(method, name, query) };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): string {
  if (method === 'DELETE') return name === undefined ? 'deletecollection' : 'delete';
  if (method !== 'GET' && method !== 'HEAD') return VERBS[method] ?? method.toLowerCase();
  if (name !== undefined) return 'get';
  return isTrue(query, 'watch') ? 'watch' : 'list';
}

function isTrue(query: URLSearchParams, name: string): boolean {
  return ['true', '1'].includes(query.get(name) ?? '');
}

/**
 * What the user of a request must be allowed to do. A list or a watch that selects one name is authorized with that name.
 * Source: Kubernetes, Using RBAC authorization: referring to resources.
 */
export function actionOf({ verb, resource, subresource, namespace, name, query }: ApiRequest): Action {
  const own = resource.key === 'namespaces' ? name : namespace;
  const [, selected] = /(?:^|,)metadata\.name==?([^,]+)/.exec(query.get('fieldSelector') ?? '') ?? [];
  return { verb, group: resource.group, resource: resource.name, subresource, namespace: own, name: name ?? selected };
}

/** The body, parsed as JSON or else as YAML; an empty one is an empty object. */
export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return parse(text) as Fields;
  }
}

/** @throws ApiFailure 400 unless the body is an object */
export function mapBody(body: unknown): Fields {
  if (typeof body === 'object' && body !== null) return body as Fields;
  throw ApiFailure.badRequest('the body is not an object');
}
