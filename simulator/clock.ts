/** The clock of the simulated cluster, which runs faster than real time. */
export class Clock {
  private readonly startedAt = Date.now();
  private readonly timers = new Set<NodeJS.Timeout>();

  /** @param speed simulated seconds per real second */
  constructor(private readonly speed: number) {}

  /** Milliseconds since 1970. */
  now(): number {
    return this.startedAt + (Date.now() - this.startedAt) * this.speed;
  }

  /** RFC 3339 without fractions: `2024-02-29T12:00:00Z`. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  /** The simulated seconds since a timestamp; 0 without one. */
  since(timestamp: string | undefined): number {
    return timestamp === undefined ? 0 : (this.now() - Date.parse(timestamp)) / 1000;
  }

  /** Calls a function after simulated seconds. @returns cancels it */
  after(seconds: number, callback: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        callback();
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
