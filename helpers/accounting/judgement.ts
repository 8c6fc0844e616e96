import type { KubernetesObject } from '../kube/object.ts';
import { type Difference, isHeader, writeDifference, writeExpected } from './difference.ts';
import type { Examined } from './examine.ts';
import { objectName } from './inventory.ts';

/** What is still open after a round. */
export interface Open {
  /** Objects that changed just then, and that no round has found in order yet. */
  readonly objects: number;
  /** Differences that may still be the exporter's lag. */
  readonly differences: number;
}

/** Puts several examinations of a cluster that does not stand still together into one verdict. */
export class Judgement {
  readonly #freshness: number;
  readonly #isExpected: (difference: Difference) => boolean;
  /** Since when, in the clock's milliseconds, every round has found the difference, its object being the same. */
  #since = new Map<string, number>();
  #lasting: readonly Difference[] = [];
  #fleeting: readonly Difference[] = [];
  readonly #judged = new Set<string>();
  readonly #faultless = new Set<string>();

  /** @param isExpected tells differences that need not last, because a declared deviation explains them. */
  constructor(freshness: number, isExpected: (difference: Difference) => boolean) {
    this.#freshness = freshness;
    this.#isExpected = isExpected;
  }

  /** Adds what a scrape at `now` (milliseconds) was found to say of the objects, as they were read after it. */
  add(examined: Examined, objects: readonly KubernetesObject[], now: number): Open {
    const versions = new Map(objects.map((object) => [objectName(object), object.metadata.resourceVersion ?? '']));
    const since = new Map<string, number>();
    const lasting: Difference[] = [];
    const fleeting: Difference[] = [];
    for (const difference of examined.differences) {
      const key = identityOf(difference, versions);
      const first = this.#since.get(key) ?? now;
      since.set(key, first);
      (this.#isExpected(difference) || now - first >= this.#freshness ? lasting : fleeting).push(difference);
    }
    this.#since = since;
    this.#lasting = lasting;
    this.#fleeting = fleeting;
    this.#remember(examined);
    return { objects: this.#unjudged(examined).length, differences: fleeting.length };
  }

  /**
   * The last round, without the differences that did not last, and with the samples explained of objects that changed
   * just then but were found without fault before.
   */
  conclude(last: Examined): Examined {
    const unsettled = last.unsettled.filter(({ object }) => !this.#faultless.has(object));
    const fleeting = this.#fleeting.flatMap((difference) =>
      isHeader(difference) || difference.what === 'missing' ? [] : [{ ...difference, object: difference.object ?? 'no object' }],
    );
    return {
      ...last,
      explained: last.explained + last.unsettled.length - unsettled.length,
      differences: this.#lasting,
      unsettled: [...unsettled, ...fleeting],
      judged: this.#judged,
      unsettledObjects: new Set(this.#unjudged(last)),
    };
  }

  #unjudged(examined: Examined): readonly string[] {
    return [...examined.unsettledObjects].filter((object) => !this.#faultless.has(object));
  }

  #remember({ judged, differences }: Examined): void {
    const faulty = new Set(differences.map((difference) => (isHeader(difference) ? undefined : difference.object)));
    for (const object of judged) {
      this.#judged.add(object);
      if (faulty.has(object)) this.#faultless.delete(object);
      else this.#faultless.add(object);
    }
  }
}

/** Two rounds find the same difference when it is the same line, and its object has not changed in between. */
function identityOf(difference: Difference, versions: ReadonlyMap<string, string>): string {
  const object = isHeader(difference) ? undefined : difference.object;
  const version = object === undefined ? '' : versions.get(object);
  return [difference.what, writeDifference(difference), writeExpected(difference), object, version].join('\n');
}
