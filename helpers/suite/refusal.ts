import type { AxiosResponse } from 'axios';
import type { StatusBody } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Attempt } from './attempt.ts';

/**
 * Really asks for what is to be denied.
 * @returns undefined when the API server refused because this user may not use this verb on this resource; else what it answered
 */
export async function unlessRefused(client: KubeClient, user: string, attempt: Attempt): Promise<string | undefined> {
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

/** Source: Kubernetes, Authorization: a denied request is answered with 403 and names who may not do what. */
export function isRefusal(
  { status, data }: Pick<AxiosResponse<StatusBody>, 'status' | 'data'>,
  { user, verb, resource }: { readonly user: string; readonly verb: string; readonly resource: string },
): boolean {
  return status === 403 && (data.message ?? '').includes(`User "${user}" cannot ${verb} resource "${resource}" in API group`);
}

/** A status and, of a refusal, the API server's words; never an object's content. */
export function describeAnswer({ status, data }: Pick<AxiosResponse<StatusBody | undefined>, 'status' | 'data'>): string {
  const message = data?.kind === 'Status' ? data.message : undefined;
  return message === undefined ? String(status) : `${status} ${message.slice(0, 200)}`;
}
