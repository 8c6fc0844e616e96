import type { Violation } from './model.ts';

/** The violations of one exposition. Garbage has one in every line, so that only the first are kept; all are counted. */
export class ViolationList {
  readonly kept: Violation[] = [];
  count = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(violation: Violation): void {
    this.count++;
    if (this.kept.length < this.#most) this.kept.push(violation);
  }
}
