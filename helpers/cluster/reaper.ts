import { createInterface } from 'node:readline';
import { print, printError } from '../print.ts';
import { RUN_DIRECTORY } from '../run-directory.ts';
import { findDocker, removeFromDocker } from './docker.ts';
import { membersWith, startOf } from './process-identity.ts';
import type { ReaperMessage } from './start-reaper.ts';

/**
 * The process that `startReaper` starts. It lives as long as its standard input is open, which closes when the run ends, however that ends.
 * Then it kills the process groups of the run that are still there and removes the run's containers and networks. It logs what it does and
 * what it cannot do.
 */
const [directory = ''] = process.argv.slice(2);
/** The start time of each group's leader. */
const groups = new Map<number, string>();
const runs = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  attempt(`what ${line} names`, () => note(JSON.parse(line) as ReaperMessage));
}

for (const [leader, start] of groups) attempt(`the process group ${leader}`, () => endGroup(leader, start));
try {
  const docker = runs.size > 0 ? await findDocker() : undefined;
  for (const run of runs) {
    const left = docker ? await removeFromDocker(docker, { run }) : [];
    print(`run ${run}: ${left.length === 0 ? 'no container and no network is left' : `still there: ${left.join(', ')}`}\n`);
  }
} catch (error) {
  report('what runs have created on Docker', error);
}

function note(message: ReaperMessage): void {
  if ('group' in message) groups.set(message.group, message.start);
  if ('groupEnded' in message) groups.delete(message.groupEnded);
  if ('run' in message) runs.add(message.run);
}

/** Group ids are reused: the whole group is killed only while its leader is the process that was started. */
function endGroup(leader: number, start: string): void {
  if (startOf(leader) === start) {
    end(-leader);
    print(`group ${leader}: ended\n`);
    return;
  }
  const members = membersWith(leader, `${RUN_DIRECTORY}=${directory}`);
  for (const member of members ?? []) end(member);
  const rest =
    members === undefined
      ? 'whether any of its processes is left is not visible here'
      : `ended ${members.length} of its processes`;
  print(`group ${leader}: its leader is gone; ${rest}\n`);
}

function end(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function attempt(what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    report(what, error);
  }
}

function report(what: string, error: unknown): void {
  printError(`${what} could not be removed: ${(error as Error).stack}\n`);
  process.exitCode = 1;
}
