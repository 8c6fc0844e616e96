import type { ExporterOptions } from '../catalogue/arguments.ts';
import type { Readable } from '../exporter/reads.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { withoutBookkeeping, withoutPayload } from '../kube/object.ts';
import type { RunState } from './run-state.ts';

/** The kinds that the caller may list: all of them, except in an audit. */
export function listableKinds(kinds: readonly Readable[], { audit }: Pick<RunState, 'audit'>): readonly Readable[] {
  return kinds.filter(({ resource }) => !audit?.unreadable.includes(resource));
}

/**
 * Lists all objects of the kinds, each in a version that the API server serves, whichever version the exporter requests.
 * What the catalogue does not read of them is dropped from each page: payloads, managed fields, and the copy that kubectl keeps in an
 * annotation, unless annotations are exposed.
 * @param options of the exporter; without an annotations allowlist, annotations are trimmed
 */
export async function readObjects(
  client: KubeClient,
  kinds: readonly Pick<Readable, 'group' | 'kind'>[],
  { metricAnnotationsAllowlist }: Pick<ExporterOptions, 'metricAnnotationsAllowlist'> = {},
): Promise<readonly KubernetesObject[]> {
  const trim = (object: KubernetesObject) => {
    const trimmed = withoutPayload(object);
    return metricAnnotationsAllowlist === undefined ? withoutBookkeeping(trimmed) : trimmed;
  };
  const served = kinds.flatMap(({ group, kind }) => {
    const apiVersion = client.mapper.versionOf(group, kind);
    return apiVersion === undefined ? [] : [{ apiVersion, kind }];
  });
  return (await Promise.all(served.map((kind) => client.list(kind, {}, trim)))).flat();
}
