import { setMaxListeners } from 'node:events';

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type EndingSignal = keyof typeof signals;

/** Says once that a run is to end before its time: because the user or the system wants it, or because the suite failed. */
export class Interruption {
  private readonly controller = new AbortController();

  constructor() {
    // Every request under way listens to it.
    setMaxListeners(0, this.controller.signal);
  }

  private received: EndingSignal | undefined;
  private print: ((line: string) => void) | undefined;

  /**
   * Takes over the signals that would otherwise end the process with everything still there.
   * @param print takes a line for the user
   */
  listen(print: (line: string) => void): void {
    this.print = print;
    for (const signal of Object.keys(signals) as EndingSignal[]) process.on(signal, () => this.receive(signal));
  }

  /**
   * Ends the run because of an error that nobody waits for.
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

  /** The error that ended the run, which nobody waited for. */
  get crashed(): Error | undefined {
    return this.signal.aborted && this.received === undefined ? (this.signal.reason as Error) : undefined;
  }

  /** 130 for Ctrl-C, 143 for SIGTERM, as shells give it; undefined when nothing was received. */
  get exitCode(): number | undefined {
    return this.received === undefined ? undefined : 128 + signals[this.received];
  }

  /** Settles as the work does, or fails as soon as the run is to end. */
  async orEnd<T>(work: Promise<T>): Promise<T> {
    if (this.signal.aborted) {
      // Nobody waits for it any more, whatever it comes to.
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
      this.print?.(
        `${signal}: the removal of what the run created is still at work; kill -9 would leave the rest on the cluster.`,
      );
      return;
    }
    this.received = signal;
    this.print?.(`${signal}: removing what the run created …`);
    this.controller.abort(new Error(`The run was ended by ${signal}.`));
  }
}
