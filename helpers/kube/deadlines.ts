import { InfrastructureError } from '../errors.ts';

/** The time limits of a request in milliseconds; 0 is none. */
export interface Limits {
  /** From its start to the last byte of the response. */
  readonly total: number;
  /** Without a byte of the response. */
  readonly idle: number;
}

/** Aborts one request: at its deadlines, and when a signal is aborted. */
export class Deadlines {
  readonly #controller = new AbortController();
  readonly #limits: Limits;
  readonly #request: string;
  readonly #total: NodeJS.Timeout | undefined;
  readonly #signals: readonly AbortSignal[];
  #idle: NodeJS.Timeout | undefined;
  #received = 0;

  /** @param request how an error names it: `GET /version of https://127.0.0.1:6443` */
  constructor(request: string, limits: Limits, signals: readonly AbortSignal[]) {
    this.#request = request;
    this.#limits = limits;
    this.#signals = signals;
    if (limits.total > 0) {
      const passed = () => this.#expire(`was not complete within ${limits.total / 1000} s`);
      this.#total = setTimeout(passed, limits.total);
    }
    this.#restartIdle();
    for (const signal of signals) {
      if (signal.aborted) this.#controller.abort(signal.reason);
      else signal.addEventListener('abort', this.#forward, { once: true });
    }
  }

  /** Aborted with an InfrastructureError at a deadline, or with the reason of an aborted signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Restarts the idle deadline after a part of the response. */
  received(bytes: number): void {
    this.#received += bytes;
    this.#restartIdle();
  }

  /** Stops the idle deadline, as a stream may have pauses; the total deadline and the signals remain. */
  stopIdleDeadline(): void {
    clearTimeout(this.#idle);
  }

  /** Stops all deadlines: the request has ended. */
  clear(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    for (const signal of this.#signals) signal.removeEventListener('abort', this.#forward);
  }

  readonly #forward = (event: Event): void => {
    this.#controller.abort((event.target as AbortSignal).reason);
  };

  #restartIdle(): void {
    const { idle } = this.#limits;
    clearTimeout(this.#idle);
    if (idle > 0) this.#idle = setTimeout(() => this.#expire(`stalled for ${idle / 1000} s`), idle);
  }

  #expire(reason: string): void {
    this.#controller.abort(
      new InfrastructureError(`The response to ${this.#request} ${reason}; ${this.#received} bytes of its body were received.`),
    );
  }
}
