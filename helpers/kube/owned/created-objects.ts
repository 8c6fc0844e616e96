import pMap from 'p-map';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import { formatReference, type Reference } from '../reference.ts';
import { createdBy } from '../run-label.ts';
import type { CreationEntry, CreationRecord } from './creation-record.ts';
import type { Leftovers } from './leftovers.ts';
import { failureOf } from './leftovers.ts';

/** The entries of one name: an object may be created, deleted and created again. */
interface RecordedName {
  readonly reference: Reference;
  readonly entries: readonly CreationEntry[];
}

/** The objects of a creation record, as they are on the cluster. */
export class CreatedObjects {
  readonly #gone = new Set<string>();

  constructor(
    private readonly client: KubeClient,
    private readonly record: CreationRecord,
  ) {}

  /** The objects that may still exist, without those in a namespace of the run, which are deleted with it. */
  remaining(): readonly Reference[] {
    return this.#named().map(({ reference }) => reference);
  }

  /** Whether the outcome of a request was not recorded. */
  hasUnanswered(): boolean {
    return this.record.entries().some(({ uid }) => uid === undefined);
  }

  /**
   * Reads every object that may still exist. An object with a recorded name is the run's only if it has a recorded uid, or the nonce of
   * a request whose outcome was not recorded; its uid is then recorded.
   * @param leftovers gets the requests that fail
   * @param width the maximum number of concurrent requests
   * @returns the objects of the run
   */
  async findOwn(leftovers: Leftovers, width: number): Promise<readonly KubernetesObject[]> {
    const isNamespace = ({ reference }: RecordedName) => reference.kind === 'Namespace';
    const findByName = async (named: RecordedName) => {
      let found: KubernetesObject | undefined;
      const failure = await failureOf(async () => {
        found = await this.client.find(named.reference);
      });
      if (failure !== undefined) leftovers.failed(named.reference, failure);
      else if (found !== undefined && this.#isOwn(found, named.entries)) return found;
      else if (named.entries.every(({ uid }) => uid !== undefined)) this.#gone.add(formatReference(named.reference));
      return undefined;
    };
    // First, as objects in the run's namespaces are deleted with them.
    const namespaces = await pMap(this.#named().filter(isNamespace), findByName, { concurrency: width });
    const rest = await pMap(
      this.#named().filter((named) => !isNamespace(named)),
      findByName,
      { concurrency: width },
    );
    return [...namespaces, ...rest].filter((object) => object !== undefined);
  }

  #isOwn({ metadata }: KubernetesObject, entries: readonly CreationEntry[]): boolean {
    if (entries.some(({ uid }) => uid !== undefined && uid === metadata.uid)) return true;
    const nonce = metadata.annotations?.[createdBy]?.split('/')[1];
    const intent = entries.find((entry) => entry.uid === undefined && entry.nonce === nonce);
    if (intent === undefined || metadata.uid === undefined) return false;
    this.record.created(intent.nonce, metadata.uid);
    return true;
  }

  #named(): readonly RecordedName[] {
    const entries = this.record.entries();
    const own = namespacesIn(entries);
    const byName = new Map<string, RecordedName>();
    for (const entry of entries) {
      const { reference } = entry;
      const name = formatReference(reference);
      if (own.has(reference.namespace ?? '') || this.#gone.has(name)) continue;
      const key = `${reference.apiVersion} ${name}`;
      byName.set(key, { reference, entries: [...(byName.get(key)?.entries ?? []), entry] });
    }
    return [...byName.values()];
  }
}

/** The names of the namespaces that the run created. */
export function namespacesIn(entries: readonly CreationEntry[]): ReadonlySet<string> {
  const created = entries.filter(({ reference, uid }) => reference.kind === 'Namespace' && uid !== undefined);
  return new Set(created.map(({ reference }) => reference.name));
}
