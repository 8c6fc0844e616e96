/** Runs tasks at the same time, each with a resource of its own. */
export class Pool<R> {
  readonly #free: R[];
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  /** @param resources as many as tasks run at the same time */
  constructor(resources: readonly R[]) {
    this.#free = [...resources];
  }

  /**
   * Starts a task as soon as a resource is free.
   * @returns when the task was started
   * @throws the error of a task that was started before
   */
  async start(task: (resource: R) => Promise<void>): Promise<void> {
    while (this.#free.length === 0) await Promise.race(this.#running);
    this.#rethrow();
    const resource = this.#free.pop() as R;
    const running: Promise<void> = task(resource)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#free.push(resource);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /**
   * Waits until no task runs.
   * @throws the error of a task
   */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
