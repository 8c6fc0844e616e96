import type { Violation } from './model.ts';

/** The violations of one exposition. Garbage has one in every line, so that only the first are kept; all are counted. */
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

  /** In the order of their places: what is missing is only known once everything was read. */
  get kept(): readonly Violation[] {
    return this.#kept.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}
