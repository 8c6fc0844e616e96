import type { ExporterOptions } from '../catalogue/arguments.ts';
import type { Readable } from '../exporter/reads.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { withoutBookkeeping, withoutPayload } from '../kube/object.ts';
import type { RunState } from './run-state.ts';

/** Of these kinds, those that the caller may list: all, but perhaps in an audit. */
export function listable(kinds: readonly Readable[], { audit }: Pick<RunState, 'audit'>): readonly Readable[] {
  return kinds.filter(({ resource }) => !audit?.unreadable.includes(resource));
}

/**
 * All objects of the kinds; one that is served in another version than the exporter asks for is there all the same.
 * What the catalogue does not read of them is dropped as each page comes: payloads, who wrote which field, and the copy that kubectl
 * keeps in an annotation, unless annotations are exposed.
 * @param options those of the exporter whose objects they are; of none of them annotations are kept
 */
export async function readObjects(
  client: KubeClient,
  kinds: readonly Pick<Readable, 'group' | 'kind'>[],
  { metricAnnotationsAllowlist }: Pick<ExporterOptions, 'metricAnnotationsAllowlist'> = {},
): Promise<readonly KubernetesObject[]> {
  const trim = (object: KubernetesObject) => {
    const read = withoutPayload(object);
    return metricAnnotationsAllowlist === undefined ? withoutBookkeeping(read) : read;
  };
  const served = kinds.flatMap(({ group, kind }) => {
    const apiVersion = client.mapper.versionOf(group, kind);
    return apiVersion === undefined ? [] : [{ apiVersion, kind }];
  });
  return (await Promise.all(served.map((kind) => client.list(kind, {}, trim)))).flat();
}
