import { RequirementFailure } from './failure.ts';

/** A wait whose deadline passed: what was waited for, and the last thing that was observed. */
export class NotObserved extends RequirementFailure {
  override readonly name = 'NotObserved';
  constructor(wanted: string, seen: string, withinMs: number) {
    super(`${wanted} within ${withinMs / 1000} s`, seen);
  }
}

export interface Wait<T> {
  /** What is waited for, as the end of a sentence that begins with 'expected'. */
  readonly what: string;
  /** The deadline, in milliseconds. */
  readonly within: number;
  /** How long to let pass between two observations, in milliseconds; 250 unless told. */
  readonly every?: number;
  /** Looks once. What it throws ends the wait: an error is not an observation. */
  observe(): Promise<T>;
  until(observed: T): boolean;
  /** How the last observation is told when the deadline passes. */
  describe(observed: T): string;
  /** A reason to give up before the deadline: a state that cannot become the one that is wanted. */
  hopeless?(observed: T): string | undefined;
}

/**
 * Observes until the observation is the one that is wanted, at least once, and gives it back.
 * @throws NotObserved with the last observation, when the deadline passes or the observation is hopeless
 */
export async function waitFor<T>(wait: Wait<T>): Promise<T> {
  const deadline = performance.now() + wait.within;
  for (;;) {
    const observed = await wait.observe();
    if (wait.until(observed)) return observed;
    const hopeless = wait.hopeless?.(observed);
    if (hopeless !== undefined) throw new NotObserved(wait.what, hopeless, wait.within);
    const left = deadline - performance.now();
    if (left <= 0) throw new NotObserved(wait.what, wait.describe(observed), wait.within);
    await nextLook(Math.min(wait.every ?? 250, left));
  }
}

export interface Hold<T> {
  /** What must go on, as the end of a sentence that begins with 'expected'. */
  readonly what: string;
  /** For how long, in milliseconds. */
  readonly during: number;
  observe(): Promise<T>;
  holds(observed: T): boolean;
  describe(observed: T): string;
}

/**
 * Observes for a while that something goes on: what is about to end may still be there at a first look.
 * @throws RequirementFailure with the first observation in which it does not
 */
export async function stays<T>(hold: Hold<T>): Promise<void> {
  const end = performance.now() + hold.during;
  do {
    const observed = await hold.observe();
    if (!hold.holds(observed)) throw new RequirementFailure(`${hold.what} for ${hold.during / 1000} s`, hold.describe(observed));
    await nextLook(250);
  } while (performance.now() < end);
}

/** The pause between two observations of a wait; nothing else in the suite pauses. */
function nextLook(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Seconds as the milliseconds that waits are given. */
export function seconds(count: number): number {
  return count * 1000;
}
