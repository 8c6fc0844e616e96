import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { printError } from '../print.ts';
import { nodeArguments } from '../source.ts';
import { startOf } from './process-identity.ts';

/** Something that outlives the run by a moment and removes what it could not. */
export interface Reaper {
  /** Containers and networks of this run are to go. */
  ownsRun(run: string): void;
  /**
   * This process group, whose leader this process has just started, is to end.
   * @returns what to call once it has ended: its id may be given to others then
   */
  ownsGroup(leader: number): () => void;
}

/** A line of the reaper's standard input, as JSON. */
export type ReaperMessage =
  | { readonly run: string }
  | { readonly group: number; readonly start: string }
  | { readonly groupEnded: number };

/**
 * Starts a process that notices the end of this one, `kill -9` included, by the end of its standard input.
 * It replaces testcontainers' Ryuk, whose image not every machine can pull, and which knows nothing of the executor.
 * @param directory the run's, where the reaper's log goes
 */
export function startReaper(directory: string): Reaper {
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  mkdirSync(directory, { recursive: true });
  const log = openSync(join(directory, 'reaper.log'), 'a', 0o600);
  const child = spawn(process.execPath, [...nodeArguments('helpers/cluster/reaper'), directory], {
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  // It is a pipe, as said above.
  const stdin = child.stdin as Writable;
  const isGone = (error: Error) =>
    printError(
      `The process that cleans up after a run that is killed has ended (${error.message}): see ${join(directory, 'reaper.log')}.\n`,
    );
  child.once('error', isGone);
  stdin.once('error', isGone);
  child.unref();
  // The pipe alone must not keep the run alive.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  const say = (message: ReaperMessage) => stdin.write(`${JSON.stringify(message)}\n`);
  return {
    ownsRun: (run) => say({ run }),
    ownsGroup: (leader) => {
      // A child whose end this process has not yet seen keeps its id, so that this is its start.
      const start = startOf(leader);
      if (start !== undefined) say({ group: leader, start });
      return () => say({ groupEnded: leader });
    },
  };
}
