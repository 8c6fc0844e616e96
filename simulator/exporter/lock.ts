/** How releases before 2.14 keep scrapes and changes apart: a change waits for every scrape before it, and scrapes for the change. */
export class ScrapeLock {
  private scrapes = 0;
  private changes: (() => void)[] = [];
  private waiting: (() => void)[] = [];

  /** Does a change as soon as nobody reads. */
  change(apply: () => void): void {
    if (this.scrapes === 0) apply();
    else this.changes.push(apply);
  }

  /** Begins a scrape as soon as no change waits; it is over when `release` is called. */
  scrape(serve: () => void): void {
    if (this.changes.length > 0) {
      this.waiting.push(serve);
      return;
    }
    this.scrapes += 1;
    serve();
  }

  release(): void {
    this.scrapes -= 1;
    if (this.scrapes > 0) return;
    const [changes, waiting] = [this.changes, this.waiting];
    this.changes = [];
    this.waiting = [];
    for (const apply of changes) apply();
    for (const serve of waiting) this.scrape(serve);
  }
}
