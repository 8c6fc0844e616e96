import { apiVersionOf, type Resource, verbsOf } from '../kinds.ts';
import type { Fields } from '../objects.ts';

/** What the API server says of itself under these paths; undefined for every other. */
export function discovery(path: string, resources: readonly Resource[], gitVersion: string): Fields | string | undefined {
  if (['/healthz', '/livez', '/readyz'].includes(path)) return 'ok';
  if (path === '/version') return version(gitVersion);
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(resources) };
  const apiVersion = /^\/api\/(v1)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1];
  if (apiVersion === undefined) return undefined;
  const served = resources.filter(({ group, versions }) => versions.some((one) => apiVersionOf(group, one) === apiVersion));
  if (served.length === 0) return undefined;
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersion, resources: served.flatMap(entries) };
}

function version(gitVersion: string): Fields {
  const [major = '', minor = ''] = gitVersion.slice(1).split('.');
  return { major, minor, gitVersion, platform: 'simulated' };
}

function groups(resources: readonly Resource[]): readonly Fields[] {
  const names = [...new Set(resources.map(({ group }) => group))].filter((group) => group !== '');
  return names.map((name) => {
    const versions = [...new Set(resources.filter(({ group }) => group === name).flatMap(({ versions: all }) => all))].map(
      (one) => ({ groupVersion: apiVersionOf(name, one), version: one }),
    );
    return { name, versions, preferredVersion: versions[0] };
  });
}

function entries(resource: Resource): readonly Fields[] {
  const { name, kind, namespaced, subresources } = resource;
  const common = { singularName: '', namespaced, kind };
  return [
    { name, ...common, verbs: verbsOf(resource) },
    ...subresources.map((one) => ({ name: `${name}/${one}`, ...common, verbs: verbsOf(resource, one) })),
  ];
}
