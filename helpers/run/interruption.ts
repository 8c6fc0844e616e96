const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Says once that the user, or the system, wants the run to end. */
export class Interruption {
  private readonly controller = new AbortController();
  private received: NodeJS.Signals | undefined;

  /** Takes over the signals that would otherwise end the process with everything still there. */
  listen(tell: (line: string) => void): void {
    for (const signal of signals) {
      process.on(signal, () => {
        if (this.received) return;
        this.received = signal;
        tell(`${signal}: removing what the run created …`);
        this.controller.abort(new Error(`The run was ended by ${signal}.`));
      });
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** 130 for Ctrl-C, 143 for SIGTERM, as shells give it; undefined when nothing was received. */
  get exitCode(): number | undefined {
    const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as Record<string, number>;
    return this.received === undefined ? undefined : 128 + (numbers[this.received] ?? 0);
  }

  /** Settles as the work does, or fails as soon as the run is to end. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    if (this.signal.aborted) throw this.signal.reason;
    return new Promise<T>((resolve, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
      work.then(resolve, reject);
    });
  }
}
