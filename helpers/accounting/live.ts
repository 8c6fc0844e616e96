import { setTimeout as timer } from 'node:timers/promises';
import type { Exposition } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { type Accounting, type AccountRequest, examineRequest, summarise } from './account.ts';
import { deviationOf, deviationsFor } from './deviations.ts';
import type { Examined } from './examine.ts';
import { Judgement, type Open } from './judgement.ts';

/** How to account for an exporter that runs, in a cluster that does not stand still. All times are in milliseconds. */
export interface LiveRequest extends Pick<AccountRequest, 'exporter' | 'options' | 'kubernetes' | 'tables'> {
  /** Reads all objects, of all kinds, as they are now. */
  readonly readObjects: () => Promise<readonly KubernetesObject[]>;
  readonly scrape: () => Promise<Exposition>;
  /** How far the exporter may lag behind the API: a difference counts only when it is there for longer. */
  readonly freshness: number;
  /** How long to go on for the sake of objects that were never still; then the rest is reported as such. */
  readonly within: number;
  /** The pause between two rounds. */
  readonly pollInterval: number;
  /** Told after each round, for somebody who waits. */
  readonly onRound?: (round: LiveRound) => void;
  /** Instead of the machine's clock and timers; for tests. */
  readonly clock?: Clock;
}

export interface Clock {
  /** Milliseconds that only ever increase. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

interface LiveRound {
  readonly round: number;
  readonly waitingFor: Open;
}

/** What the last round found, with what earlier rounds settled, and how it came about. */
export interface LiveAccounting extends Accounting {
  readonly rounds: number;
  /** Objects that changed in every round, so that nothing can be said of them. */
  readonly neverStill: readonly string[];
  readonly durationMs: number;
}

const machineClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => timer(milliseconds) };

/**
 * Reads the objects, scrapes, and reads the objects again, until every object was judged once and no difference can be
 * the exporter's lag, or until `within` has passed.
 * Only objects with the same resourceVersion in both readings are judged, and a difference counts only when its object has been the
 * same for longer than the freshness bound.
 * @throws what `readObjects` and `scrape` throw.
 */
export async function accountLive(request: LiveRequest): Promise<LiveAccounting> {
  const clock = request.clock ?? machineClock;
  const started = clock.now();
  const declared = deviationsFor(request.exporter, request.kubernetes);
  const judgement = new Judgement(request.freshness, (difference) => deviationOf(difference, declared) !== undefined);
  const departed = new Departed(request.freshness);
  let before = await request.readObjects();
  for (let round = 1; ; round += 1) {
    const scraped = clock.now();
    const exposition = await request.scrape();
    const after = await request.readObjects();
    const examined = examineRequest({ ...request, exposition, objects: before, after, departed: departed.lately(scraped) });
    const waitingFor = judgement.add(examined, scraped);
    departed.note(before, after, clock.now());
    request.onRound?.({ round, waitingFor });
    const elapsed = clock.now() - started;
    if (isOver(waitingFor, elapsed, request)) return conclude(request, judgement, examined, round, elapsed);
    await clock.sleep(request.pollInterval);
    before = after;
  }
}

/** The objects that are gone, for as long as the exporter may still tell of them. */
class Departed {
  readonly #freshness: number;
  #gone: readonly { readonly object: KubernetesObject; readonly at: number }[] = [];

  constructor(freshness: number) {
    this.#freshness = freshness;
  }

  note(before: readonly KubernetesObject[], after: readonly KubernetesObject[], at: number): void {
    const there = new Set(after.map(({ metadata }) => metadata.uid));
    const gone = before.filter(({ metadata }) => !there.has(metadata.uid)).map((object) => ({ object, at }));
    this.#gone = [...this.#gone, ...gone];
  }

  lately(now: number): readonly KubernetesObject[] {
    this.#gone = this.#gone.filter(({ at }) => now - at <= this.#freshness);
    return this.#gone.map(({ object }) => object);
  }
}

/** Objects are waited for until `within`; differences that came up late are given the time to last or to go. */
function isOver({ objects, differences, rounds }: Open, elapsed: number, { within, freshness }: LiveRequest): boolean {
  if (differences > 0 || rounds > 0) return elapsed >= within + 2 * freshness;
  return objects === 0 || elapsed >= within;
}

function conclude(
  request: LiveRequest,
  judgement: Judgement,
  last: Examined,
  rounds: number,
  durationMs: number,
): LiveAccounting {
  const settled = judgement.conclude(last);
  const accounting = summarise(settled, request.exporter, request.kubernetes);
  return { ...accounting, rounds, neverStill: [...settled.unsettledObjects], durationMs };
}
