import { type Difference, isHeader, writeDifference, writeExpected } from './difference.ts';
import type { Examined } from './examine.ts';

/** What the rounds still wait for. */
export interface Pending {
  /** The number of objects that changed during the scrape and had no round without a difference yet. */
  readonly objects: number;
  /** The number of differences that may be due to the exporter's lag. */
  readonly differences: number;
  /** The number of further rounds without such a difference that are required. */
  readonly rounds: number;
}

/** More than one round, as a lost sample is not noticed in a round in which its object changed. */
const roundsAfterDifference = 3;

/**
 * Combines the comparisons of several rounds, as objects change and the exporter lags behind the API.
 * A difference of an object counts if the object has not changed for longer than the freshness bound, whatever earlier rounds found: an
 * exporter that loses another sample in each scrape loses samples. It counts at once if the same version of the object had no difference
 * before: that is no lag. A difference without an object counts if every round within the bound had one in the same resource.
 */
export class Rounds {
  readonly #freshness: number;
  readonly #isExpected: (difference: Difference) => boolean;
  /** The version of each object, and the time in milliseconds since when it has that version. */
  readonly #versions = new Map<string, { readonly version: string; readonly since: number }>();
  /** By resource, the time since when every round had a difference without an object. */
  #ownerless = new Map<string | undefined, number>();
  /** The differences of all rounds that count, by `identityOf`. */
  readonly #counting = new Map<string, Difference>();
  #expected: readonly Difference[] = [];
  #pending: readonly Difference[] = [];
  /** The objects of the first round. */
  #first: ReadonlySet<string> | undefined;
  /** The objects without a difference when they were compared last. */
  readonly #correct = new Set<string>();
  /** The latest version of each object that had no difference. */
  readonly #correctVersions = new Map<string, string>();
  #roundsRequired = 0;

  /**
   * @param freshness the freshness bound in milliseconds
   * @param isExpected whether a known issue explains the difference, which then need not last
   */
  constructor(freshness: number, isExpected: (difference: Difference) => boolean) {
    this.#freshness = freshness;
    this.#isExpected = isExpected;
  }

  /** Adds the comparison of a scrape at `now` in milliseconds. */
  add(examined: Examined, now: number): Pending {
    const { compared, differences, unsettledObjects } = examined;
    this.#first ??= new Set([...compared.keys(), ...unsettledObjects]);
    for (const [object, version] of compared) {
      if (this.#versions.get(object)?.version !== version) this.#versions.set(object, { version, since: now });
    }
    const ownerless = differences.filter((difference) => ownerOf(difference) === undefined && !isDeleted(difference));
    this.#ownerless = new Map(ownerless.map(({ resource }) => [resource, this.#ownerless.get(resource) ?? now]));
    this.#expected = differences.filter(this.#isExpected);
    const unexpected = differences.filter((difference) => !this.#isExpected(difference));
    const wasCorrect = (owner: string | undefined) =>
      owner !== undefined && this.#correctVersions.get(owner) === compared.get(owner);
    const counts = (difference: Difference) =>
      !isDeleted(difference) && (wasCorrect(ownerOf(difference)) || now - this.#since(difference, now) >= this.#freshness);
    for (const difference of unexpected.filter(counts)) this.#counting.set(identityOf(difference), difference);
    this.#pending = unexpected.filter((difference) => !counts(difference));
    const withDifference = new Set(differences.map(ownerOf));
    for (const [object, version] of compared) {
      if (withDifference.has(object)) {
        this.#correct.delete(object);
        continue;
      }
      this.#correct.add(object);
      this.#correctVersions.set(object, version);
    }
    this.#roundsRequired = this.#pending.length > 0 ? roundsAfterDifference : Math.max(0, this.#roundsRequired - 1);
    return { objects: this.#uncompared(examined).length, differences: this.#pending.length, rounds: this.#roundsRequired };
  }

  /**
   * The last round with the differences of all rounds that count. Those that may be due to lag are unsettled; samples of objects
   * that changed during the last scrape but were correct before are explained. Unsettled objects are those of the first round: one that
   * appeared since may not have been compared only because it is new.
   */
  conclude(last: Examined): Examined {
    const uncompared = [...this.#uncompared(last), ...this.#pending.flatMap((difference) => ownerOf(difference) ?? [])];
    const unsettled = last.unsettled.filter(({ object }) => !this.#correct.has(object));
    const pending = this.#pending.flatMap((difference) =>
      isHeader(difference) || difference.what === 'missing' ? [] : [{ ...difference, object: difference.object ?? 'no object' }],
    );
    return {
      ...last,
      explained: last.explained + last.unsettled.length - unsettled.length,
      differences: [...this.#counting.values(), ...this.#expected],
      unsettled: [...unsettled, ...pending],
      compared: new Map([...this.#versions].map(([object, { version }]) => [object, version])),
      unsettledObjects: new Set(uncompared.filter((object) => this.#first?.has(object))),
    };
  }

  #since(difference: Difference, now: number): number {
    const owner = ownerOf(difference);
    const since = owner === undefined ? this.#ownerless.get(difference.resource) : this.#versions.get(owner)?.since;
    return since ?? now;
  }

  #uncompared(examined: Examined): readonly string[] {
    return [...examined.unsettledObjects].filter((object) => !this.#correct.has(object));
  }
}

function ownerOf(difference: Difference): string | undefined {
  return isHeader(difference) ? undefined : difference.object;
}

function isDeleted(difference: Difference): boolean {
  return !isHeader(difference) && difference.deleted === true;
}

/** Equal for the same line of the same object in two rounds. */
function identityOf(difference: Difference): string {
  return [difference.what, writeDifference(difference), writeExpected(difference), ownerOf(difference)].join('\n');
}
