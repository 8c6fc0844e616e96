import { printable } from '../printable.ts';
import type { Evidence, Status } from './model.ts';
import { formatDuration, marks, SIMULATED } from './words.ts';

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressSettings {
  readonly evidence: Evidence;
  /** How many requirements are going to finish. */
  readonly total: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export interface FinishedRequirement {
  readonly id: string;
  readonly status: Status;
  readonly durationMs: number;
  /** For a failure or a known issue, the observation; its first line is shown. */
  readonly actual?: string;
}

/** A line in a log, at most this often, when nothing else was written. */
const HEARTBEAT_MS = 15_000;

/**
 * The progress of a run: a line for each phase and for each finished requirement. In between, at a terminal, a line that is overwritten;
 * elsewhere, a line only when there was none for 15 s, so that a log stays short.
 */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #settings: ProgressSettings;
  readonly #running = new Map<string, number>();
  #finished = 0;
  #phase = '';
  #phaseSince: number;
  #writtenAt: number;
  #transient = false;

  constructor(output: ProgressOutput, settings: ProgressSettings) {
    this.#output = output;
    this.#settings = settings;
    this.#phaseSince = settings.now();
    this.#writtenAt = settings.now();
  }

  /** A new phase begins, and the previous one ends. */
  phase(name: string): void {
    this.#phase = name;
    this.#phaseSince = this.#settings.now();
    this.#line(`› ${name}`);
  }

  /** A line within a phase: an image that is copied, a pod that is waited for. */
  note(text: string): void {
    this.#line(`  ${text}`);
  }

  started(id: string): void {
    this.#running.set(id, this.#settings.now());
    this.tick();
  }

  finished({ id, status, durationMs, actual }: FinishedRequirement): void {
    this.#running.delete(id);
    this.#finished += 1;
    const place = `${String(this.#finished).padStart(String(this.#settings.total).length)}/${this.#settings.total}`;
    const why = (status === 'failed' || status === 'known-issue') && actual ? `: ${actual.trim().split('\n')[0]}` : '';
    this.#line(`${marks[status]} ${place}  ${id}  ${formatDuration(durationMs)}${why}`);
  }

  /** Called about every second. */
  tick(): void {
    const now = this.#settings.now();
    if (this.#output.isTTY) {
      this.#output.write(`\r\x1b[2K${this.#fit(this.#current(now))}`);
      this.#transient = true;
    } else if (now - this.#writtenAt >= HEARTBEAT_MS) {
      this.#line(this.#current(now));
    }
  }

  /** Removes the line that is overwritten. */
  end(): void {
    if (this.#transient) this.#output.write('\r\x1b[2K');
    this.#transient = false;
  }

  #current(now: number): string {
    const oldest = [...this.#running].sort(([, a], [, b]) => a - b)[0];
    if (!oldest) return `… ${this.#phase}, for ${formatDuration(now - this.#phaseSince)}`;
    const more = this.#running.size > 1 ? ` and ${this.#running.size - 1} more` : '';
    return `… ${this.#finished}/${this.#settings.total}  ${oldest[0]}, for ${formatDuration(now - oldest[1])}${more}`;
  }

  #line(text: string): void {
    this.end();
    this.#output.write(`${this.#settings.evidence === 'simulated' ? `[${SIMULATED}] ` : ''}${onOneLine(text)}\n`);
    this.#writtenAt = this.#settings.now();
  }

  #fit(text: string): string {
    const columns = Math.max(20, (this.#output.columns ?? 80) - 1);
    const line = onOneLine(text);
    const whole = this.#settings.evidence === 'simulated' ? `[${SIMULATED}] ${line}` : line;
    return whole.length <= columns ? whole : `${whole.slice(0, columns - 1)}…`;
  }
}

function onOneLine(text: string): string {
  return printable(text).replace(/\s*\n\s*/g, ' ');
}
