import { hostname } from 'node:os';
import { runLabel } from '../kube/run-label.ts';

/** The label of what is made on Docker, beside the run's: on which machine and in which process the run is. */
const ownerLabel = 'conformance.kube-state-metrics/owner';

type Labels = Readonly<Record<string, string | undefined>>;

/** The labels of whatever a run of this process makes on Docker. */
export function labelsOnDocker(run: string): Record<string, string> {
  return { [runLabel]: run, [ownerLabel]: `${hostname()}/${process.pid}` };
}

/**
 * Who may still be at work with what carries these labels: a process of this machine that is there, or one of another machine, which
 * cannot be seen from here.
 * @returns undefined for what nobody uses any more
 */
export function ownerOf(labels: Labels, isAlive: (pid: number) => boolean = processExists): string | undefined {
  const owner = labels[ownerLabel];
  if (owner === undefined) return undefined;
  const [machine, pid] = [owner.slice(0, owner.lastIndexOf('/')), Number(owner.slice(owner.lastIndexOf('/') + 1))];
  if (machine !== hostname()) return `process ${pid} on ${machine}`;
  return isAlive(pid) ? `process ${pid}` : undefined;
}

/** Whether there is such a process on this machine, whoever's it is. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
