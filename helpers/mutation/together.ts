/** Does works at the same time, each with a place of its own; who finds none free waits for one. */
export class Together<P> {
  readonly #free: P[];
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  /** @param places as many as may be at work at the same time */
  constructor(places: readonly P[]) {
    this.#free = [...places];
  }

  /**
   * Begins a work once there is a place for it.
   * @throws what a work has thrown that was begun before
   */
  async begin(work: (place: P) => Promise<void>): Promise<void> {
    while (this.#free.length === 0) await Promise.race(this.#running);
    this.#rethrow();
    const place = this.#free.pop() as P;
    const running: Promise<void> = work(place)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#free.push(place);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /**
   * Waits until all is done that was begun.
   * @throws what a work has thrown
   */
  async over(): Promise<void> {
    await Promise.all(this.#running);
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
