import { createInterface } from 'node:readline';
import { findDocker, removeFromDocker } from './docker.ts';

/**
 * The far side of `startReaper`: lives as long as its standard input is open, which ends with the run however that ends. Then it
 * ends the process groups that it was told of, and removes the containers and networks of the runs that it was told of.
 */
const groups = new Set<number>();
const runs = new Set<string>();

for await (const line of createInterface({ input: process.stdin })) {
  const [word, value = ''] = line.split(' ');
  if (word === 'group') groups.add(Number(value));
  if (word === 'run') runs.add(value);
}

for (const group of groups) {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') process.exitCode = 1;
  }
}
if (runs.size > 0) {
  const docker = await findDocker();
  for (const run of runs) await removeFromDocker(docker, { run });
}
