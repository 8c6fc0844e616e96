import type { KubeClient } from '../../kube/client.ts';
import { describePod, isReady, type Pod, restarts } from '../../kube/pod.ts';
import { InstalledTarget } from '../../target/installed.ts';
import type { Target } from '../../target/target.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { GateDifference } from '../difference.ts';

/** How long an exporter may take until it is Ready; what cannot become so is told earlier. */
const startBudget = seconds(50);

/** How often a process may end before it is said that it does not start. */
const RESTARTS = 2;

const hopelessReasons = [
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'RunContainerError',
];

export interface Started {
  readonly pod: Pod;
}

/** An exporter that does not start, with all that its pod said. */
export interface NotStarted {
  readonly words: readonly string[];
}

/** Waits for a Ready pod of the exporter, or for its own words on why there will be none. */
export async function startOf(client: KubeClient, target: Target): Promise<Started | NotStarted> {
  const installed = new InstalledTarget(client, target);
  try {
    const pods = await waitFor({
      what: `a pod of ${target.image} Ready`,
      within: startBudget,
      observe: () => installed.pods(),
      until: (all) => all.some(isReady),
      describe: (all) => all.map(describePod).join('; ') || 'no pod at all',
      hopeless: (all) => all.map(hopeless).find((words) => words !== undefined),
    });
    return { pod: pods.find(isReady) as Pod };
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    const logs = await Promise.all((await installed.pods()).map((pod) => lastLines(client, pod)));
    return { words: [error.seen, ...logs.flat()] };
  }
}

export function hasStarted(start: Started | NotStarted): start is Started {
  return 'pod' in start;
}

/** The difference that a candidate is which does not start. */
export function startDifference(image: string, { words }: NotStarted): GateDifference {
  const [state = '', ...log] = words;
  return {
    id: 'start/ready',
    part: 'start',
    sentence: `The candidate ${image} does not start: ${state}.`,
    severity: 'reject',
    old: ['Ready'],
    new: log.length > 0 ? [log.join('\n')] : [state],
  };
}

/** Why a pod will not become Ready, however long one waits. */
function hopeless(pod: Pod): string | undefined {
  const waiting = (pod.status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason ?? '');
  const isRefused = waiting.some((reason) => hopelessReasons.includes(reason));
  return isRefused || restarts(pod) >= RESTARTS ? describePod(pod) : undefined;
}

/** What the process printed last, of the one before where the present one has said nothing yet. */
async function lastLines(client: KubeClient, pod: Pod): Promise<readonly string[]> {
  const { namespace, name } = pod.metadata;
  const read = async (previous: boolean) => {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const { status, data } = await client.send<string>('GET', path, { query: { tailLines: 15, previous }, responseType: 'text' });
    return status === 200 ? String(data).trim() : '';
  };
  const text = (await read(true)) || (await read(false));
  return text === '' ? [] : text.split('\n');
}
