/** Something that was begun and must be undone, on every way out. */
export interface Cleanup {
  readonly what: string;
  /** @returns what could not be undone, one name each */
  run(): Promise<readonly string[]>;
}

/** What a run has begun and must undo, on every way out: the last one first. */
export class Cleanups {
  private readonly all: Cleanup[] = [];

  readonly add = (undo: Cleanup): void => {
    this.all.unshift(undo);
  };

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  /**
   * Undoes all of it; what fails keeps nothing else from being undone.
   * @returns what could not be undone, one name each
   */
  async undo(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const { what, run: undo } of this.all) {
      try {
        left.push(...(await undo()));
      } catch (error) {
        left.push(`${what}, whose removal failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return left;
  }
}
