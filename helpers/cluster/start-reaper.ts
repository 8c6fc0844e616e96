import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Something that outlives the run by a moment and removes what it could not. */
export interface Reaper {
  /** Containers and networks of this run are to go. */
  ownsRun(run: string): void;
  /** This process group is to end. */
  ownsGroup(leader: number): void;
}

const program = fileURLToPath(new URL('reaper.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/**
 * Starts a process that notices the end of this one, `kill -9` included, by the end of its standard input.
 * It replaces testcontainers' Ryuk, whose image not every machine can pull, and which knows nothing of jest's processes.
 */
export function startReaper(): Reaper {
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  const child = spawn(process.execPath, ['--import', tsx, program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const { stdin } = child;
  child.unref();
  // The pipe alone must not keep the run alive.
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return {
    ownsRun: (run) => stdin.write(`run ${run}\n`),
    ownsGroup: (leader) => stdin.write(`group ${leader}\n`),
  };
}
