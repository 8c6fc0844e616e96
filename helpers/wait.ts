import { AsyncLocalStorage } from 'node:async_hooks';
import { RequirementFailure } from './failure.ts';

/** A wait ended without the expected observation: `actual` is the last one. */
export class NotObserved extends RequirementFailure {
  override readonly name = 'NotObserved';
  constructor(expected: string, actual: string, withinMs: number) {
    super(`${expected} within ${withinMs / 1000} s`, actual);
  }
}

export interface Wait<T> {
  /** What is waited for, as the end of a sentence that begins with 'expected'. */
  readonly what: string;
  /** The deadline, in milliseconds. */
  readonly within: number;
  /** The pause between two observations, in milliseconds (default: 250). */
  readonly every?: number;
  /** Makes one observation. What it throws ends the wait: an error is not an observation. */
  observe(): Promise<T>;
  until(observed: T): boolean;
  /** The last observation as text, for the failure. */
  describe(observed: T): string;
  /** A reason to give up before the deadline: a state from which the expected one cannot be reached. */
  hopeless?(observed: T): string | undefined;
}

/** A wait that has ended, for the trace of a run. */
export interface FinishedWait {
  /** What was waited for. */
  readonly what: string;
  readonly durationMs: number;
}

const recorders = new AsyncLocalStorage<(wait: FinishedWait) => void>();

/**
 * Runs work and passes on each wait within it, also those that run at the same time, when it ends.
 * @param record gets what was waited for and how long, in whole milliseconds
 */
export function recordingWaits<T>(record: (wait: FinishedWait) => void, work: () => Promise<T>): Promise<T> {
  return recorders.run(record, work);
}

/**
 * Observes at least one time, until the observation is the expected one.
 * @returns that observation
 * @throws NotObserved with the last observation, when the deadline passes or the observation is hopeless
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await untilObserved(wait);
  } finally {
    recorders.getStore()?.({ what: wait.what, durationMs: Math.round(performance.now() - begun) });
  }
}

async function untilObserved<T>(wait: Wait<T>): Promise<T> {
  const deadline = performance.now() + wait.within;
  for (;;) {
    const observed = await wait.observe();
    if (wait.until(observed)) return observed;
    const hopeless = wait.hopeless?.(observed);
    if (hopeless !== undefined) throw new NotObserved(wait.what, hopeless, wait.within);
    const left = deadline - performance.now();
    if (left <= 0) throw new NotObserved(wait.what, wait.describe(observed), wait.within);
    await pause(Math.min(wait.every ?? 250, left));
  }
}

export interface Hold<T> {
  /** What must stay true, as the end of a sentence that begins with 'expected'. */
  readonly what: string;
  /** How long it must stay true, in milliseconds. */
  readonly during: number;
  observe(): Promise<T>;
  holds(observed: T): boolean;
  describe(observed: T): string;
}

/**
 * Observes repeatedly that something stays true: what is about to end may still hold at the first observation.
 * @throws RequirementFailure with the first observation in which it does not hold
 */
export async function stays<T>(hold: Hold<T>): Promise<void> {
  const end = performance.now() + hold.during;
  do {
    const observed = await hold.observe();
    if (!hold.holds(observed)) throw new RequirementFailure(`${hold.what} for ${hold.during / 1000} s`, hold.describe(observed));
    await pause(250);
  } while (performance.now() < end);
}

/** The pause between two observations of a wait; nothing else in the suite pauses. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Seconds in milliseconds, the unit of waits. */
export function seconds(count: number): number {
  return count * 1000;
}
