import { type Difference, isHeader, writeDifference, writeExpected } from './difference.ts';
import type { Examined } from './examine.ts';

/** What is still open after a round. */
export interface Open {
  /** Objects that changed just then, and that no round has found in order yet. */
  readonly objects: number;
  /** Differences that may still be the exporter's lag. */
  readonly differences: number;
  /** Rounds without such a difference that are wanted yet, since one had some. */
  readonly rounds: number;
}

/** One round without a difference may be chance: what is lost may be of an object that changed just then, and is not judged. */
const roundsAfterDifference = 3;

/**
 * Puts several examinations of a cluster that does not stand still together into one verdict. A difference of an object counts when
 * the object has been the same for longer than the exporter may lag, whatever the rounds before found of it: an exporter that loses
 * another sample each time loses samples. It counts at once when the same object was told without fault before: that is no lag. Where
 * there is no object, such as one that is gone, its resource must have had such a difference in every round for as long.
 */
export class Judgement {
  readonly #freshness: number;
  readonly #isExpected: (difference: Difference) => boolean;
  /** Since when, in the clock's milliseconds, an object is known to be as it is. */
  readonly #still = new Map<string, { readonly version: string; readonly since: number }>();
  /** Since when every round has found a difference of no object in a resource. */
  #ownerless = new Map<string | undefined, number>();
  /** By what they say, what counts of all rounds. */
  readonly #counting = new Map<string, Difference>();
  #expected: readonly Difference[] = [];
  #fleeting: readonly Difference[] = [];
  /** The objects that were without fault when they were judged last. */
  readonly #faultless = new Set<string>();
  /** The version of each object that was once without fault. */
  readonly #toldRight = new Map<string, string>();
  #roundsWanted = 0;

  /** @param isExpected tells differences that need not last, because a declared deviation explains them. */
  constructor(freshness: number, isExpected: (difference: Difference) => boolean) {
    this.#freshness = freshness;
    this.#isExpected = isExpected;
  }

  /** Adds what a scrape at `now` (milliseconds) was found to say. */
  add(examined: Examined, now: number): Open {
    const { judged, differences } = examined;
    for (const [object, version] of judged) {
      if (this.#still.get(object)?.version !== version) this.#still.set(object, { version, since: now });
    }
    const ownerless = differences.filter((difference) => ownerOf(difference) === undefined && !isDeparting(difference));
    this.#ownerless = new Map(ownerless.map(({ resource }) => [resource, this.#ownerless.get(resource) ?? now]));
    this.#expected = differences.filter(this.#isExpected);
    const others = differences.filter((difference) => !this.#isExpected(difference));
    const wasRight = (owner: string | undefined) => owner !== undefined && this.#toldRight.get(owner) === judged.get(owner);
    const counts = (difference: Difference) =>
      !isDeparting(difference) && (wasRight(ownerOf(difference)) || now - this.#since(difference, now) >= this.#freshness);
    for (const difference of others.filter(counts)) this.#counting.set(identityOf(difference), difference);
    this.#fleeting = others.filter((difference) => !counts(difference));
    const faulty = new Set(differences.map(ownerOf));
    for (const [object, version] of judged) {
      if (faulty.has(object)) {
        this.#faultless.delete(object);
        continue;
      }
      this.#faultless.add(object);
      this.#toldRight.set(object, version);
    }
    this.#roundsWanted = this.#fleeting.length > 0 ? roundsAfterDifference : Math.max(0, this.#roundsWanted - 1);
    return { objects: this.#unjudged(examined).length, differences: this.#fleeting.length, rounds: this.#roundsWanted };
  }

  /**
   * The last round, with what counts of all rounds, without the differences that may be lag, and with the samples explained of
   * objects that changed just then but were found without fault before.
   */
  conclude(last: Examined): Examined {
    const unsettled = last.unsettled.filter(({ object }) => !this.#faultless.has(object));
    const fleeting = this.#fleeting.flatMap((difference) =>
      isHeader(difference) || difference.what === 'missing' ? [] : [{ ...difference, object: difference.object ?? 'no object' }],
    );
    return {
      ...last,
      explained: last.explained + last.unsettled.length - unsettled.length,
      differences: [...this.#counting.values(), ...this.#expected],
      unsettled: [...unsettled, ...fleeting],
      judged: new Map([...this.#still].map(([object, { version }]) => [object, version])),
      unsettledObjects: new Set([...this.#unjudged(last), ...this.#fleeting.flatMap((difference) => ownerOf(difference) ?? [])]),
    };
  }

  #since(difference: Difference, now: number): number {
    const owner = ownerOf(difference);
    const since = owner === undefined ? this.#ownerless.get(difference.resource) : this.#still.get(owner)?.since;
    return since ?? now;
  }

  #unjudged(examined: Examined): readonly string[] {
    return [...examined.unsettledObjects].filter((object) => !this.#faultless.has(object));
  }
}

function ownerOf(difference: Difference): string | undefined {
  return isHeader(difference) ? undefined : difference.object;
}

/** The exporter may still tell of what is just gone; what it tells for longer is of no object any more. */
function isDeparting(difference: Difference): boolean {
  return !isHeader(difference) && difference.departed === true;
}

/** Two rounds find the same difference when it is the same line, of the same object. */
function identityOf(difference: Difference): string {
  return [difference.what, writeDifference(difference), writeExpected(difference), ownerOf(difference)].join('\n');
}
