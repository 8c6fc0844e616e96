import { InfrastructureError } from '../errors.ts';

/** How long one request may take, in milliseconds; 0 is for ever. */
export interface Limits {
  /** From its start to the last byte of the answer. */
  readonly total: number;
  /** Without a byte of the answer. */
  readonly idle: number;
}

/** Ends one request: at its deadlines, and when a signal is aborted. */
export class Deadlines {
  readonly #controller = new AbortController();
  readonly #limits: Limits;
  readonly #request: string;
  readonly #total: NodeJS.Timeout | undefined;
  readonly #signals: readonly AbortSignal[];
  #idle: NodeJS.Timeout | undefined;
  #received = 0;

  /** @param request what does not come to an end, as in `GET /version of https://127.0.0.1:6443` */
  constructor(request: string, limits: Limits, signals: readonly AbortSignal[]) {
    this.#request = request;
    this.#limits = limits;
    this.#signals = signals;
    if (limits.total > 0) {
      const passed = () => this.#pass(`was not complete within ${limits.total / 1000} s`);
      this.#total = setTimeout(passed, limits.total);
    }
    this.#restartIdle();
    for (const signal of signals) {
      if (signal.aborted) this.#controller.abort(signal.reason);
      else signal.addEventListener('abort', this.#forward, { once: true });
    }
  }

  /** Aborted with the reason why the request is to end: an InfrastructureError at a deadline, else that of the signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Notes that a part of the answer came. */
  received(bytes: number): void {
    this.#received += bytes;
    this.#restartIdle();
  }

  /** Lets only the total deadline and the signals end what follows: a stream may be silent. */
  allowSilence(): void {
    clearTimeout(this.#idle);
  }

  /** Forgets the request, which is over. */
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
    if (idle > 0) this.#idle = setTimeout(() => this.#pass(`stood still for ${idle / 1000} s`), idle);
  }

  #pass(how: string): void {
    this.#controller.abort(
      new InfrastructureError(`The answer to ${this.#request} ${how}; ${this.#received} bytes of its body had come.`),
    );
  }
}
