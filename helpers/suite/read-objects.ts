import type { ExporterOptions } from '../catalogue/arguments.ts';
import type { Reads } from '../catalogue/table.ts';
import type { Readable } from '../exporter/reads.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { withoutBookkeeping, withoutPayload } from '../kube/object.ts';
import { groupAndKind, ObjectStore } from '../kube/object-store.ts';
import type { RunState } from './run-state.ts';

/** The kinds that the caller may list: all of them, except in an audit. */
export function listableKinds(kinds: readonly Readable[], { audit }: Pick<RunState, 'audit'>): readonly Readable[] {
  return kinds.filter(({ resource }) => !audit?.unreadable.includes(resource));
}

/** The last work that had its turn. */
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Does work that reads all objects or a whole scrape: in an audit, whose cluster may be large, one after another. At no time is more than
 * one in memory, and none is read so slowly, because of others, that the exporter ends the connection. Source: its write timeout of 60 s.
 */
export function inTurn<T>({ audit }: Pick<RunState, 'audit'>, work: () => Promise<T>): Promise<T> {
  if (audit === undefined) return work();
  const turn = lastTurn.then(work);
  // An error is that of the work itself, and keeps nothing from its turn.
  lastTurn = turn.catch(() => undefined);
  return turn;
}

/** Which objects are read: as the exporter has options. */
type Reading = Pick<ExporterOptions, 'metricAnnotationsAllowlist'>;

/**
 * Lists all objects of the kinds into a store, each in a version that the API server serves, whichever version the exporter requests.
 * What the catalogue does not read of them is dropped from each page: payloads, managed fields, and the copy that kubectl keeps in an
 * annotation, unless annotations are exposed.
 * @param options of the exporter; without an annotations allowlist, annotations are trimmed
 * @param onObject called with each object; again with those of a list that is read again
 */
export async function storeObjects(
  client: KubeClient,
  kinds: readonly Pick<Readable, 'group' | 'kind'>[],
  options: Reading = {},
  onObject: (object: KubernetesObject) => void = () => undefined,
): Promise<ObjectStore> {
  const trim = trimmer(options);
  const store = new ObjectStore();
  const take = (object: KubernetesObject) => {
    const trimmed = trim(object);
    store.add(trimmed);
    onObject(trimmed);
  };
  const read = ({ apiVersion, kind }: Reads) =>
    client.eachOf<KubernetesObject>({ apiVersion, kind }, { take, restart: () => store.clear(groupAndKind(apiVersion, kind)) });
  await Promise.all(servedKinds(client, kinds).map(read));
  return store;
}

function trimmer({ metricAnnotationsAllowlist }: Reading): (object: KubernetesObject) => KubernetesObject {
  return (object) => {
    const trimmed = withoutPayload(object);
    return metricAnnotationsAllowlist === undefined ? withoutBookkeeping(trimmed) : trimmed;
  };
}

function servedKinds(client: KubeClient, kinds: readonly Pick<Readable, 'group' | 'kind'>[]): readonly Reads[] {
  return kinds.flatMap(({ group, kind }) => {
    const apiVersion = client.mapper.versionOf(group, kind);
    return apiVersion === undefined ? [] : [{ apiVersion, kind }];
  });
}
