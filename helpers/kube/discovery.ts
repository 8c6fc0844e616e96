import { InfrastructureError } from '../errors.ts';
import { printable } from '../printable.ts';
import { seconds } from '../wait.ts';
import { ApiError, NoAnswer } from './api-error.ts';
import type { KubeClient } from './client.ts';
import { type ApiResource, groupPath, type UnavailableApi } from './reference.ts';

interface ResourceList {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }[];
}

interface GroupList {
  readonly groups: readonly { name: string; versions: readonly { groupVersion: string }[] }[];
}

/** The resources of an API server. */
export interface Discovery {
  readonly resources: readonly ApiResource[];
  readonly unavailable: readonly UnavailableApi[];
}

/** The time limit for one group: the API server forwards the request to the group's own server, which may hang. */
const groupTimeout = seconds(10);

/**
 * Discovers every resource and subresource of every version of every group. A group whose own server does not respond is listed as
 * unavailable.
 * @throws InfrastructureError when the API server itself does not respond
 */
export async function discover(client: Pick<KubeClient, 'call'>): Promise<Discovery> {
  const list = await client.call<GroupList>('GET', '/apis');
  if (!Array.isArray(list?.groups)) {
    throw new InfrastructureError(
      `GET /apis: expected the groups of a Kubernetes API server; it returned ${String(list).slice(0, 200)}.`,
    );
  }
  const apiVersions = [
    'v1',
    ...(list as GroupList).groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion)),
  ];
  const resources = await Promise.all(apiVersions.map((apiVersion) => resourcesOf(client, apiVersion)));
  return {
    resources: resources.flatMap((served) => ('reason' in served ? [] : served)),
    unavailable: resources.filter((served) => 'reason' in served),
  };
}

/** The resources of a version of a group, unless the API server responds and the server of the group does not. */
async function resourcesOf(
  client: Pick<KubeClient, 'call'>,
  apiVersion: string,
): Promise<readonly ApiResource[] | UnavailableApi> {
  const path = groupPath(apiVersion);
  try {
    const list = await client.call<ResourceList>('GET', path, { timeout: groupTimeout });
    if (Array.isArray(list?.resources)) return list.resources.map((resource) => apiResource(apiVersion, resource));
    return { apiVersion, reason: `GET ${path} returned ${printable(String(list).slice(0, 80))} instead of a list of resources` };
  } catch (error) {
    // The API server itself serves the core group, and the connection is to the API server.
    if (apiVersion === 'v1' || error instanceof NoAnswer) throw error;
    if (error instanceof InfrastructureError || error instanceof ApiError) {
      return { apiVersion, reason: error.message.replace(/\.$/, '') };
    }
    throw error;
  }
}

function apiResource(apiVersion: string, { name, kind, namespaced, verbs }: ResourceList['resources'][number]): ApiResource {
  const [resource = name, subresource] = name.split('/');
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const whole = { apiVersion, group, name: resource, kind, namespaced, verbs };
  return subresource === undefined ? whole : { ...whole, subresource };
}
