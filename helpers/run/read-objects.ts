import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Readable } from './reads.ts';
import type { RunState } from './run-state.ts';

/** Of these kinds, those that the caller may list: all, but perhaps in an audit. */
export function listable(kinds: readonly Readable[], { audit }: Pick<RunState, 'audit'>): readonly Readable[] {
  return kinds.filter(({ resource }) => !audit?.unreadable.includes(resource));
}

/** All objects of the kinds; one that is served in another version than the exporter asks for is there all the same. */
export async function readObjects(client: KubeClient, kinds: readonly Readable[]): Promise<readonly KubernetesObject[]> {
  const served = kinds.flatMap(({ group, kind }) => {
    const apiVersion = client.mapper.versionOf(group, kind);
    return apiVersion === undefined ? [] : [{ apiVersion, kind }];
  });
  return (await Promise.all(served.map((kind) => client.list(kind)))).flat();
}
