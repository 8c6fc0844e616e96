import pMap from 'p-map';
import type { KubeClient } from '../client.ts';
import type { KubernetesObject } from '../object.ts';
import { formatReference, type Reference } from '../reference.ts';
import { createdBy } from '../run-label.ts';
import type { CreationEntry, CreationRecord } from './creation-record.ts';
import { failureOf } from './failure-of.ts';
import type { Leftovers } from './leftovers.ts';

/** All that was recorded under one name: something may be created, deleted and created again. */
interface Named {
  readonly reference: Reference;
  readonly entries: readonly CreationEntry[];
}

/** The objects of a record, as they are on the cluster. */
export class CreatedObjects {
  readonly #gone = new Set<string>();

  constructor(
    private readonly client: KubeClient,
    private readonly record: CreationRecord,
  ) {}

  /** What may still be there, by name; what is in a namespace of the run goes with that and is not among it. */
  unsettled(): readonly Reference[] {
    return this.#named().map(({ reference }) => reference);
  }

  /** Whether there was a request of which nobody recorded what became of it. */
  hasUnanswered(): boolean {
    return this.record.entries().some(({ uid }) => uid === undefined);
  }

  /**
   * Looks for everything that may still be there. An object under a recorded name is the run's only with a recorded uid or with
   * the nonce of a request whose outcome nobody recorded, which is then recorded.
   * @param leftovers learns of what could not be looked for
   * @returns the run's own
   */
  async look(leftovers: Leftovers, width: number): Promise<readonly KubernetesObject[]> {
    const isNamespace = ({ reference }: Named) => reference.kind === 'Namespace';
    const lookFor = async (named: Named) => {
      let found: KubernetesObject | undefined;
      const failure = await failureOf(async () => {
        found = await this.client.find(named.reference);
      });
      if (failure !== undefined) leftovers.failed(named.reference, failure);
      else if (found !== undefined && this.#isOwn(found, named.entries)) return found;
      else if (named.entries.every(({ uid }) => uid !== undefined)) this.#gone.add(formatReference(named.reference));
      return undefined;
    };
    // They say which of the rest goes with them.
    const namespaces = await pMap(this.#named().filter(isNamespace), lookFor, { concurrency: width });
    const others = await pMap(
      this.#named().filter((named) => !isNamespace(named)),
      lookFor,
      { concurrency: width },
    );
    return [...namespaces, ...others].filter((object) => object !== undefined);
  }

  #isOwn({ metadata }: KubernetesObject, entries: readonly CreationEntry[]): boolean {
    if (entries.some(({ uid }) => uid !== undefined && uid === metadata.uid)) return true;
    const nonce = metadata.annotations?.[createdBy]?.split('/')[1];
    const intent = entries.find((entry) => entry.uid === undefined && entry.nonce === nonce);
    if (intent === undefined || metadata.uid === undefined) return false;
    this.record.created(intent.nonce, metadata.uid);
    return true;
  }

  #named(): readonly Named[] {
    const entries = this.record.entries();
    const own = namespacesIn(entries);
    const byName = new Map<string, Named>();
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

/** The names of the namespaces that a run created. */
export function namespacesIn(entries: readonly CreationEntry[]): ReadonlySet<string> {
  const created = entries.filter(({ reference, uid }) => reference.kind === 'Namespace' && uid !== undefined);
  return new Set(created.map(({ reference }) => reference.name));
}
