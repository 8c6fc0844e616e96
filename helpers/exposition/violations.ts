import type { Violation } from './model.ts';

/** The violations of one exposition: all are counted, and the first `most` are kept. */
export class ViolationList {
  count = 0;
  readonly #kept: Violation[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(violation: Violation): void {
    this.count++;
    if (this.#kept.length < this.#most) this.#kept.push(violation);
  }

  /** In the order of their positions; missing samples are added at the end. */
  get kept(): readonly Violation[] {
    return this.#kept.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}
