import { InfrastructureError } from '../errors.ts';

/** The time limits of a request in milliseconds; 0 is none. */
export interface Limits {
  /** From its start to the last byte of the response. */
  readonly total: number;
  /** Without a byte of the response. */
  readonly idle: number;
  /** A body gets a second more for so many of its bytes that have arrived; by default, it gets none. */
  readonly bytesPerSecond?: number;
}

/**
 * In how many parts the time without a byte is counted. A part counts as one, however long it took: a machine, or a process, that stood
 * still has neither sent nor received anything.
 */
const PARTS = 10;

interface Governed {
  destroy(error: Error): unknown;
}

/** Ends one request: at its deadlines, and when a signal is aborted. */
export class Deadlines {
  readonly #request: string;
  #total: NodeJS.Timeout | undefined;
  readonly #signals: readonly AbortSignal[];
  readonly #idle: NodeJS.Timeout | undefined;
  #received = 0;
  /** The parts of the idle limit that have passed since the last byte. */
  #idleParts = 0;
  #ended: { readonly reason: unknown } | undefined;
  #governed: Governed | undefined;

  /** @param request how an error names it: `GET /version of https://127.0.0.1:6443` */
  constructor(request: string, limits: Limits, signals: readonly AbortSignal[]) {
    this.#request = request;
    this.#signals = signals;
    if (limits.total > 0) this.#total = setTimeout(() => this.#totalPassed(limits, limits.total), limits.total);
    if (limits.idle > 0) this.#idle = setInterval(() => this.#partPassed(limits.idle), limits.idle / PARTS);
    for (const signal of signals) {
      if (signal.aborted) this.#end(signal.reason);
      else signal.addEventListener('abort', this.#forward, { once: true });
    }
  }

  /** Why the request was ended, once it was: an InfrastructureError at a deadline, or the reason of an aborted signal. */
  get ended(): { readonly reason: unknown } | undefined {
    return this.#ended;
  }

  /** Sets what is destroyed with the reason when the request is ended: the request, and then the body of its response. */
  govern(governed: Governed): void {
    this.#governed = governed;
    if (this.#ended) governed.destroy(this.#ended.reason as Error);
  }

  /** Restarts the idle deadline after a part of the response. */
  received(bytes: number): void {
    this.#received += bytes;
    this.#idleParts = 0;
  }

  /** Stops the idle deadline, as a stream may have pauses; the total deadline and the signals remain. */
  stopIdleDeadline(): void {
    clearInterval(this.#idle);
  }

  /** Stops all deadlines: the request has ended. */
  clear(): void {
    clearTimeout(this.#total);
    clearInterval(this.#idle);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#forward);
  }

  readonly #forward = (event: Event): void => {
    this.#end((event.target as AbortSignal).reason);
  };

  #partPassed(idle: number): void {
    this.#idleParts += 1;
    if (this.#idleParts < PARTS) return;
    // What has arrived meanwhile is read first.
    setImmediate(() => {
      if (this.#idleParts >= PARTS) this.#expire(`stalled for ${idle / 1000} s`);
    });
  }

  #totalPassed(limits: Limits, waited: number): void {
    const { total, bytesPerSecond = Number.POSITIVE_INFINITY } = limits;
    const allowed = total + (this.#received / bytesPerSecond) * 1000;
    if (allowed < waited + 1) this.#expire(`was not complete within ${Math.round(waited / 100) / 10} s`);
    else this.#total = setTimeout(() => this.#totalPassed(limits, allowed), allowed - waited);
  }

  #end(reason: unknown): void {
    if (this.#ended) return;
    this.#ended = { reason };
    this.#governed?.destroy(reason as Error);
  }

  #expire(reason: string): void {
    this.#end(
      new InfrastructureError(`The response to ${this.#request} ${reason}; ${this.#received} bytes of its body were received.`),
    );
  }
}
