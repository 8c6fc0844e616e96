import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { printError } from '../print.ts';
import { nodeArguments } from '../source.ts';
import { startOf } from './process-identity.ts';

/** A process that outlives the run for a moment and removes what the run could not. */
export interface Reaper {
  /** Has the containers and networks of this run removed. */
  ownsRun(run: string): void;
  /**
   * Has a process group killed whose leader this process has just started.
   * @returns what to call when it has ended: its id may be reused then
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
 * It replaces testcontainers' Ryuk, whose image not every machine can pull, and which does not kill the executor.
 * @param directory the run's directory, for the reaper's log
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
  // Because of stdio it is a pipe.
  const stdin = child.stdin as Writable;
  const warn = (error: Error) =>
    printError(
      `The process that cleans up after a killed run has ended (${error.message}): see ${join(directory, 'reaper.log')}.\n`,
    );
  child.once('error', warn);
  stdin.once('error', warn);
  child.unref();
  // An open pipe must not keep the run alive.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  const send = (message: ReaperMessage) => stdin.write(`${JSON.stringify(message)}\n`);
  return {
    ownsRun: (run) => send({ run }),
    ownsGroup: (leader) => {
      // A child that this process has not waited for keeps its id, so that this is its start time.
      const start = startOf(leader);
      if (start !== undefined) send({ group: leader, start });
      return () => send({ groupEnded: leader });
    },
  };
}
