import { randomBytes } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Reference } from '../reference.ts';

/** The name of the record's file in the directory of a run. */
export const RECORD_FILE = 'created.jsonl';

/** The run of a record, with its process and machine. */
export interface RecordedRun {
  readonly run: string;
  readonly host: string;
  readonly process: number;
  /** ISO 8601. */
  readonly startedAt: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** Whether the cluster outlives the run, so that the run's objects must be removed. */
  readonly outlivesRun: boolean;
}

/** An object that the run created, or whose creation has no recorded outcome. */
export interface CreationEntry {
  readonly reference: Reference;
  /** The random part of the object's annotation. */
  readonly nonce: string;
  /** Undefined if the outcome of the request was not recorded. */
  readonly uid?: string;
}

type Line =
  | RecordedRun
  | (Reference & { readonly intent: string })
  | { readonly created: string; readonly uid: string }
  | { readonly refused: string }
  | { readonly closed: true }
  | { readonly removed: true };

/**
 * The record on disk of what a run creates on a cluster: an intent before each request, the uid after it. The command, the executor and
 * `npm run clean` share one file. Every line is appended in one write, so that lines of several processes do not mix.
 */
export class CreationRecord {
  readonly #intents = new Map<string, CreationEntry>();
  #run: RecordedRun | undefined;
  #isClosed = false;
  #isRemoved = false;
  #position = 0;
  #rest = '';

  /** @param file its path; the file is created with the first line, with mode 0600 */
  constructor(readonly file: string) {}

  static in(directory: string): CreationRecord {
    return new CreationRecord(join(directory, RECORD_FILE));
  }

  /** Records the run. */
  begin(about: Pick<RecordedRun, 'run' | 'server' | 'outlivesRun'>): void {
    this.#append({ ...about, host: hostname(), process: process.pid, startedAt: new Date().toISOString() });
  }

  /**
   * Records that an object is about to be created.
   * @returns the nonce for the object's annotation
   */
  intend({ apiVersion, kind, namespace, name }: Reference): string {
    const intent = randomBytes(12).toString('hex');
    this.#append({ intent, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name });
    return intent;
  }

  created(nonce: string, uid: string): void {
    this.#append({ created: nonce, uid });
  }

  /** Records that the API server refused the request. */
  refused(nonce: string): void {
    this.#append({ refused: nonce });
  }

  /** Records that nothing more may be created. */
  close(): void {
    this.#append({ closed: true });
    // The file may be removed before it is read again.
    this.#isClosed = true;
  }

  /** Records that every created object is gone. */
  removed(): void {
    this.#append({ removed: true });
  }

  get run(): RecordedRun | undefined {
    this.#read();
    return this.#run;
  }

  get isClosed(): boolean {
    this.#read();
    return this.#isClosed;
  }

  /** Whether the run may have left objects on a cluster that outlives it. */
  get mayHaveLeftObjects(): boolean {
    this.#read();
    return this.#run?.outlivesRun === true && !this.#isRemoved && this.#intents.size > 0;
  }

  /** The entries of all processes, in the order of the requests. */
  entries(): readonly CreationEntry[] {
    this.#read();
    return [...this.#intents.values()];
  }

  #append(line: Line): void {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }

  /** Reads the lines that were appended since the last read. */
  #read(): void {
    if (!existsSync(this.file)) return;
    const file = openSync(this.file, 'r');
    try {
      const added = Buffer.alloc(Math.max(0, fstatSync(file).size - this.#position));
      const length = readSync(file, added, 0, added.length, this.#position);
      this.#position += length;
      const lines = (this.#rest + added.toString('utf8', 0, length)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#apply(line);
    } finally {
      closeSync(file);
    }
  }

  #apply(text: string): void {
    const line = parsed(text);
    if (line === undefined) return;
    if ('intent' in line) {
      const { intent: nonce, ...reference } = line;
      this.#intents.set(nonce, { reference, nonce });
    } else if ('created' in line) {
      const entry = this.#intents.get(line.created);
      if (entry) this.#intents.set(line.created, { ...entry, uid: line.uid });
    } else if ('refused' in line) this.#intents.delete(line.refused);
    else if ('closed' in line) this.#isClosed = true;
    else if ('removed' in line) this.#isRemoved = true;
    else this.#run = line;
  }
}

/** Undefined for a line that a full disk truncated: the object is found by the nonce of its intent. */
function parsed(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
