/** What removes something that a run has started; it runs on every way out. */
export interface Cleanup {
  /** What is removed, as the subject of a sentence: `the cluster`. */
  readonly what: string;
  /** @returns the names of what could not be removed */
  run(): Promise<readonly string[]>;
}

/** The cleanups of a run, which run in reverse order on every way out. */
export class Cleanups {
  private readonly registered: Cleanup[] = [];

  readonly add = (cleanup: Cleanup): void => {
    this.registered.unshift(cleanup);
  };

  get isEmpty(): boolean {
    return this.registered.length === 0;
  }

  /**
   * Runs every cleanup, the last registered first; one that fails does not stop the others.
   * @returns the names of what could not be removed
   */
  async run(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const cleanup of this.registered) {
      try {
        left.push(...(await cleanup.run()));
      } catch (error) {
        left.push(`${cleanup.what}, whose removal failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return left;
  }
}
