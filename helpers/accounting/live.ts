import { setTimeout as timer } from 'node:timers/promises';
import type { Exposition } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { type Accounting, type AccountRequest, examineRequest, examineScrape, type Scraped, summarise } from './account.ts';
import type { Examined } from './examine.ts';
import { knownIssueOf, knownIssuesFor } from './known-issues.ts';
import { type Pending, Rounds } from './rounds.ts';

/** How to compare a running exporter with a cluster that changes. All times are in milliseconds. */
export interface LiveRequest extends Pick<AccountRequest, 'exporter' | 'options' | 'kubernetes' | 'tables'> {
  /** Returns the current objects of all kinds; those of a large cluster in an ObjectStore. */
  readonly readObjects: () => Promise<Iterable<KubernetesObject>>;
  /** Returns an exposition, or a scrape that is compared while it is read. */
  readonly scrape: () => Promise<Exposition | Scraped>;
  /** The freshness bound, by which the exporter may lag behind the API: a difference counts if it lasts longer. */
  readonly freshness: number;
  /** How long to wait for objects that change in every round. */
  readonly within: number;
  /** The pause between two rounds. */
  readonly pollInterval: number;
  /** Called after each round, to report progress. */
  readonly onRound?: (round: LiveRound) => void;
  /** Default: the system's clock and timers. */
  readonly clock?: Clock;
}

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

interface LiveRound {
  readonly round: number;
  readonly waitingFor: Pending;
}

/** The combined comparison of all rounds. */
export interface LiveAccounting extends Accounting {
  readonly rounds: number;
  /** The names of objects of the first round that could not be compared, as they changed in every round. */
  readonly neverStable: readonly string[];
  readonly durationMs: number;
}

const systemClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => timer(milliseconds) };

/**
 * Reads the objects, scrapes, and reads the objects again, in rounds, until every object was compared and no difference may be due to
 * the exporter's lag, or until `within` has passed. An object is compared if it has the same resourceVersion before and after the scrape.
 * @throws the errors of `readObjects` and `scrape`
 */
export async function accountLive(request: LiveRequest): Promise<LiveAccounting> {
  const clock = request.clock ?? systemClock;
  const started = clock.now();
  const declared = knownIssuesFor(request.exporter, request.kubernetes);
  const rounds = new Rounds(request.freshness, (difference) => knownIssueOf(difference, declared) !== undefined);
  const deleted = new DeletedObjects(request.freshness);
  const readObjects = async () => ObjectStore.of(await request.readObjects());
  let before = await readObjects();
  for (let round = 1; ; round += 1) {
    const scraped = clock.now();
    const scrape = await request.scrape();
    const after = await readObjects();
    const examined = await examine({ ...request, objects: before, after, deleted: deleted.recent(scraped) }, scrape);
    const waitingFor = rounds.add(examined, scraped);
    deleted.add(before, after, clock.now());
    request.onRound?.({ round, waitingFor });
    const elapsed = clock.now() - started;
    if (isOver(waitingFor, elapsed, request)) return conclude(request, rounds, examined, round, elapsed);
    await clock.sleep(request.pollInterval);
    before = after;
  }
}

async function examine(request: Omit<AccountRequest, 'exposition'>, scrape: Exposition | Scraped): Promise<Examined> {
  if ('source' in scrape) return (await examineScrape(request, scrape)).examined;
  return examineRequest({ ...request, exposition: scrape });
}

/** The deleted objects, for as long as the exporter may still expose them. */
class DeletedObjects {
  readonly #freshness: number;
  #deleted: readonly { readonly object: KubernetesObject; readonly at: number }[] = [];

  constructor(freshness: number) {
    this.#freshness = freshness;
  }

  add(before: ObjectStore, after: ObjectStore, at: number): void {
    const remaining = new Set([...after.versions()].map(({ uid }) => uid));
    const deleted = [...before.select(({ uid }) => !remaining.has(uid))];
    this.#deleted = [...this.#deleted, ...deleted.map((object) => ({ object, at }))];
  }

  recent(now: number): readonly KubernetesObject[] {
    this.#deleted = this.#deleted.filter(({ at }) => now - at <= this.#freshness);
    return this.#deleted.map(({ object }) => object);
  }
}

/** Waits for objects until `within`, and for differences twice the freshness bound longer, as they may appear late. */
function isOver({ objects, differences, rounds }: Pending, elapsed: number, { within, freshness }: LiveRequest): boolean {
  if (differences > 0 || rounds > 0) return elapsed >= within + 2 * freshness;
  return objects === 0 || elapsed >= within;
}

function conclude(request: LiveRequest, rounds: Rounds, last: Examined, count: number, durationMs: number): LiveAccounting {
  const settled = rounds.conclude(last);
  const accounting = summarise(settled, request.exporter, request.kubernetes);
  return { ...accounting, rounds: count, neverStable: [...settled.unsettledObjects], durationMs };
}
