import type { StatusBody } from '../kube/api-error.ts';
import type { KubeClient, Query } from '../kube/client.ts';
import type { HttpResponse } from '../kube/exchange.ts';
import { type ApiResource, groupPath } from '../kube/reference.ts';

/** A request that needs a permission, and that changes nothing even where it is wrongly allowed. */
export interface Attempt {
  readonly resource: ApiResource;
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly query: Query;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The object of a request; the namespace is used where the resource is namespaced. */
export interface Subject {
  readonly namespace: string;
  readonly name: string;
}

const requests: Readonly<
  Record<string, Pick<Attempt, 'method' | 'query' | 'body' | 'contentType'> & { onCollection?: boolean }>
> = {
  get: { method: 'GET', query: {} },
  list: { method: 'GET', query: { limit: 1 }, onCollection: true },
  watch: { method: 'GET', query: { watch: true, timeoutSeconds: 1 }, onCollection: true },
  create: { method: 'POST', query: { dryRun: 'All' }, body: {}, onCollection: true },
  update: { method: 'PUT', query: { dryRun: 'All' }, body: {} },
  patch: { method: 'PATCH', query: { dryRun: 'All' }, body: {}, contentType: 'application/merge-patch+json' },
  delete: { method: 'DELETE', query: { dryRun: 'All' } },
  deletecollection: {
    method: 'DELETE',
    query: { dryRun: 'All', fieldSelector: 'metadata.name=nothing-has-this-name' },
    onCollection: true,
  },
};

/** Subresources that take effect in spite of a dry run. Source: Kubernetes, API concepts: dry-run. */
const IGNORE_DRY_RUN = ['exec', 'attach', 'portforward', 'proxy', 'token'];

/** Whether a request for a resource takes effect in spite of a dry run. */
export function ignoresDryRun({ subresource }: ApiResource): boolean {
  return subresource !== undefined && IGNORE_DRY_RUN.includes(subresource);
}

/**
 * Makes the request that needs a verb on a resource.
 * Source: Kubernetes, Authorization: how requests become verbs.
 * @throws an Error for a verb that no request has
 */
export function attempt(resource: ApiResource, verb: string, { namespace, name }: Subject): Attempt {
  const request = requests[verb];
  if (!request) throw new Error(`No request has the verb "${verb}".`);
  const { onCollection = false, ...sent } = request;
  const within = resource.namespaced ? `/namespaces/${namespace}` : '';
  const collection = `${groupPath(resource.apiVersion)}${within}/${resource.name}`;
  const { subresource } = resource;
  const path =
    subresource === undefined ? (onCollection ? collection : `${collection}/${name}`) : `${collection}/${name}/${subresource}`;
  return { ...sent, resource, verb, path };
}

/**
 * Sends a request that must be denied.
 * @param user as the API server names it
 * @returns undefined when the API server denies it with the user, the verb and the resource; else the request and its answer
 */
export async function answerUnlessDenied(client: KubeClient, user: string, attempt: Attempt): Promise<string | undefined> {
  const { method, path, query, body, contentType } = attempt;
  const response = await client.answer<StatusBody>(method, path, {
    query,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  });
  const { name, subresource } = attempt.resource;
  const resource = subresource === undefined ? name : `${name}/${subresource}`;
  return isRefusal(response, { user, verb: attempt.verb, resource })
    ? undefined
    : `${method} ${path}: ${describeAnswer(response)}`;
}

/** Whether an answer denies the verb to the user. Source: Kubernetes, Authorization: 403 with the user, the verb and the resource. */
export function isRefusal(
  { status, data }: Pick<HttpResponse<StatusBody>, 'status' | 'data'>,
  { user, verb, resource }: { readonly user: string; readonly verb: string; readonly resource: string },
): boolean {
  return status === 403 && (data.message ?? '').includes(`User "${user}" cannot ${verb} resource "${resource}" in API group`);
}

/** A status and, of an error, the API server's message; never an object's content. */
export function describeAnswer({ status, data }: Pick<HttpResponse<StatusBody | undefined>, 'status' | 'data'>): string {
  const message = data?.kind === 'Status' ? data.message : undefined;
  return message === undefined ? String(status) : `${status} ${message.slice(0, 200)}`;
}
