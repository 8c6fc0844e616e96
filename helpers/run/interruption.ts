import { setMaxListeners } from 'node:events';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type EndingSignal = keyof typeof signals;

/** Ends a run early, by a signal or because the suite failed. */
export class Interruption {
  private readonly controller = new AbortController();

  constructor() {
    // Every pending request listens to it.
    setMaxListeners(0, this.controller.signal);
  }

  private received: EndingSignal | undefined;
  private print: ((line: string) => void) | undefined;

  /**
   * Handles the signals that would otherwise end the process without a cleanup.
   * @param print takes a line for the user
   */
  listen(print: (line: string) => void): void {
    this.print = print;
    for (const signal of Object.keys(signals) as EndingSignal[]) process.on(signal, () => this.receive(signal));
  }

  /**
   * Ends the run because of an uncaught error.
   * @returns false when there is no run to end
   */
  crash(error: unknown): boolean {
    if (this.print === undefined) return false;
    if (this.signal.aborted)
      this.print(`A further error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    else this.controller.abort(error instanceof Error ? error : new Error(String(error)));
    return true;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The uncaught error that ended the run; undefined where a signal or nothing did. */
  get crashed(): Error | undefined {
    return this.signal.aborted && this.received === undefined ? (this.signal.reason as Error) : undefined;
  }

  /** 130 for Ctrl-C, 143 for SIGTERM, as in a shell; undefined when no signal was received. */
  get exitCode(): number | undefined {
    return this.received === undefined ? undefined : 128 + signals[this.received];
  }

  /** Settles as the work does, or rejects as soon as the run is interrupted. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      // Its result is of no use any more.
      work.catch(() => undefined);
      throw this.signal.reason;
    }
    return new Promise<T>((resolve, reject) => {
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
      work.then(resolve, reject);
    });
  }

  private receive(signal: EndingSignal): void {
    if (this.received !== undefined || this.signal.aborted) {
      this.print?.(`${signal}: what the run created is still being removed; kill -9 would leave the rest on the cluster.`);
      return;
    }
    this.received = signal;
    this.print?.(`${signal}: removing what the run created …`);
    this.controller.abort(new Error(`The run was ended by ${signal}.`));
  }
}
