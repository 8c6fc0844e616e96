import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { processExists } from '../cluster/process-identity.ts';
import { UsageError } from '../errors.ts';
import { CreationRecord, RECORD_FILE } from '../kube/owned/creation-record.ts';

/** How often a run touches its lock, and after how long without that the lock is stale; in milliseconds. */
const heartbeat = 10_000;
const silenceAllowed = 120_000;

/** The run that writes into a reports directory. */
interface Owner {
  readonly run: string;
  readonly pid: number;
  readonly host: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** A reports directory that no other run writes into. */
export interface ReportsDirectory {
  /** Removes the lock. */
  release(): void;
}

/**
 * Creates the reports directory if it does not exist, and takes its lock: one run writes into it at a time. The lock of a process of
 * this machine that has ended, and any lock that was not touched for two minutes, is taken over.
 * @throws UsageError, one sentence, when the directory cannot be created or written, or when another run writes into it
 */
export function openReports(directory: string, run: string): ReportsDirectory {
  makeDirectory(directory);
  const file = join(resolve(directory), 'run.lock');
  const content = JSON.stringify({ run, pid: process.pid, host: hostname(), since: new Date().toISOString() } satisfies Owner);
  for (let attempt = 0; !create(file, content, directory); attempt += 1) {
    const owner = ownerOf(file);
    if (attempt >= 3 || owner.isInProgress) throw new UsageError(refusal(directory, file, owner));
    removeStale(file, owner.content);
  }
  const beating = setInterval(() => {
    if (contentOf(file) === content) utimesSync(file, new Date(), new Date());
  }, heartbeat);
  beating.unref();
  return {
    release() {
      clearInterval(beating);
      if (contentOf(file) === content) rmSync(file, { force: true });
    },
  };
}

/**
 * Creates a directory and its parents. Node's recursive mkdir never returns where an existing directory takes no new one, as /proc.
 * @throws UsageError, one sentence
 */
export function makeDirectory(directory: string): void {
  const missing: string[] = [];
  for (let path = resolve(directory); !existsSync(path); path = dirname(path)) missing.unshift(path);
  try {
    for (const path of missing) mkdirSync(path);
    if (!statSync(directory).isDirectory()) throw new Error('it is not a directory');
  } catch (error) {
    throw new UsageError(`The directory ${directory} cannot be created: ${(error as Error).message}. Name another one.`);
  }
}

/** @returns false when the file is there already */
function create(file: string, content: string, directory: string): boolean {
  try {
    const descriptor = openSync(file, 'wx');
    try {
      writeSync(descriptor, content);
    } catch (error) {
      rmSync(file);
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new UsageError(`The directory ${directory} cannot be written: ${(error as Error).message}. Name another one.`);
  }
}

interface FoundOwner {
  readonly content: string;
  readonly owner: Owner | undefined;
  readonly isInProgress: boolean;
}

function ownerOf(file: string): FoundOwner {
  const content = contentOf(file);
  const owner = parsed(content);
  const isSilent = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > silenceAllowed;
  const isGone = owner?.host === hostname() && !processExists(owner.pid);
  return { content, owner, isInProgress: !isSilent && !isGone };
}

function parsed(content: string): Owner | undefined {
  try {
    return JSON.parse(content) as Owner;
  } catch {
    // Its owner has not written it yet.
    return undefined;
  }
}

/** Removes a stale lock, and no other: another process may have replaced it a moment ago. */
function removeStale(file: string, expected: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (contentOf(aside) !== expected) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  rmSync(aside, { force: true });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function refusal(directory: string, file: string, { owner }: FoundOwner): string {
  const who =
    owner === undefined ? 'Another run' : `Run ${owner.run} (process ${owner.pid} on ${owner.host}, since ${owner.since})`;
  return `${who} writes its reports into ${directory}: wait for its end, or name another directory with --reports. If there is no such run, remove ${file}.`;
}

/** The folder below the reports directory with the records of runs that left objects on a cluster. */
const KEPT = 'unremoved';

/**
 * Moves the record of an earlier run out of the directory that a run is about to empty, if the earlier run may have left objects.
 * @returns a sentence for the user; undefined where there was nothing to keep
 */
export function keepUnremovedRecord(directory: string, reports: string): string | undefined {
  const { file, mayHaveLeftObjects, run } = CreationRecord.in(directory);
  if (run === undefined || !mayHaveLeftObjects) return undefined;
  const kept = join(reports, KEPT, `${run.run}.jsonl`);
  mkdirSync(dirname(kept), { recursive: true });
  renameSync(file, kept);
  return `Run ${run.run} may have left objects on ${run.server}; its record is kept as ${kept}, and npm run clean removes them.`;
}

/** The records of all runs below a directory of reports that may have left objects. */
export function unremovedRecords(reports: string): readonly CreationRecord[] {
  if (!existsSync(reports)) return [];
  const files = readdirSync(reports, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === RECORD_FILE || (basename(dirname(file)) === KEPT && file.endsWith('.jsonl')))
    .sort();
  return files.map((file) => new CreationRecord(join(reports, file))).filter(({ mayHaveLeftObjects }) => mayHaveLeftObjects);
}
