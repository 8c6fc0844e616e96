/** The time in the simulated cluster, which runs faster than the wall's. */
export class Clock {
  private readonly begun = Date.now();
  private readonly timers = new Set<NodeJS.Timeout>();

  /** @param speed simulated seconds in a second */
  constructor(private readonly speed: number) {}

  /** In milliseconds since 1970. */
  now(): number {
    return this.begun + (Date.now() - this.begun) * this.speed;
  }

  /** As objects write it: `2024-02-29T12:00:00Z`. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** How long ago a time of an object is, in simulated seconds. */
  since(timestamp: string | undefined): number {
    return timestamp === undefined ? 0 : (this.now() - Date.parse(timestamp)) / 1000;
  }

  /** Does something after so many simulated seconds, unless the returned function is called before. */
  after(seconds: number, then: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        then();
      },
      (Math.max(0, seconds) * 1000) / this.speed,
    );
    this.timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.timers.delete(timer);
    };
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
