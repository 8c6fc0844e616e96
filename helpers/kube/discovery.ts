import { InfrastructureError } from '../errors.ts';
import { seconds } from '../wait.ts';
import { ApiError, Unanswered } from './api-error.ts';
import type { KubeClient } from './client.ts';
import { type ApiResource, groupPath } from './reference.ts';

interface ResourceList {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }[];
}

interface GroupList {
  readonly groups: readonly { name: string; versions: readonly { groupVersion: string }[] }[];
}

/** What an API server serves, as far as it could be read. */
export interface Discovery {
  readonly resources: readonly ApiResource[];
  /** The versions of groups that are registered and not answered for: `metrics.k8s.io/v1beta1` of an aggregated API that is down. */
  readonly unavailable: readonly string[];
}

/** How long a group's own server may take: the API server only passes the request on, and one of many must not hold all of them. */
const answerWithin = seconds(10);

/**
 * Everything that the API server serves: every resource and subresource of every version of every group.
 * A group whose own server does not answer is named, as a part must not look like the whole.
 * @throws InfrastructureError when the API server itself does not answer
 */
export async function discover(client: Pick<KubeClient, 'call'>): Promise<Discovery> {
  const list = await client.call<GroupList>('GET', '/apis');
  if (!Array.isArray(list?.groups)) {
    throw new InfrastructureError(`GET /apis: the answer is not that of a Kubernetes API server: ${String(list).slice(0, 200)}.`);
  }
  const apiVersions = [
    'v1',
    ...(list as GroupList).groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)),
  ];
  const resources = await Promise.all(apiVersions.map((apiVersion) => resourcesOf(client, apiVersion)));
  return {
    resources: resources.flatMap((served) => served ?? []),
    unavailable: apiVersions.filter((_, index) => resources[index] === undefined),
  };
}

/** Undefined where the API server answers and the server of the group does not. */
async function resourcesOf(client: Pick<KubeClient, 'call'>, apiVersion: string): Promise<readonly ApiResource[] | undefined> {
  try {
    const list = await client.call<ResourceList>('GET', groupPath(apiVersion), { timeout: answerWithin });
    return Array.isArray(list?.resources) ? list.resources.map((resource) => apiResource(apiVersion, resource)) : undefined;
  } catch (error) {
    // The core group is the API server's own, and so is a connection that breaks.
    if (apiVersion === 'v1' || error instanceof Unanswered) throw error;
    if (error instanceof InfrastructureError || error instanceof ApiError) return undefined;
    throw error;
  }
}

function apiResource(apiVersion: string, { name, kind, namespaced, verbs }: ResourceList['resources'][number]): ApiResource {
  const [resource = name, subresource] = name.split('/');
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const whole = { apiVersion, group, name: resource, kind, namespaced, verbs };
  return subresource === undefined ? whole : { ...whole, subresource };
}
