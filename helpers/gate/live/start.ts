import { ImageUnavailable, isFinalRefusal } from '../../cluster/local-images.ts';
import { InstalledTarget } from '../../exporter/installed.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import { describePod, isReady, type Pod, restarts } from '../../kube/pod.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { GateDifference } from '../difference.ts';

/** How long an exporter may take until it is Ready; what cannot become so is told earlier. */
const startBudget = seconds(50);

/** How often a process may end before it is said that it does not start. */
const RESTARTS = 2;

/** Enough for a usage text, before which the error stands. */
const READ_LINES = 200;
const SHOWN_LINES = 12;

/** The kubelet repeats a pull that failed: only a registry's final refusal ends the wait. */
const pullReasons = ['ErrImagePull', 'ImagePullBackOff'];

const hopelessReasons = ['InvalidImageName', 'ErrImageNeverPull', 'CreateContainerConfigError', 'RunContainerError'];

export interface Started {
  readonly pod: Pod;
}

/** An exporter that does not start. */
export interface NotStarted {
  /** What became of its pod, in one line. */
  readonly state: string;
  /** What its process printed, from the line on that says why. */
  readonly log: readonly string[];
}

/**
 * Waits for a Ready pod of the exporter, or for its own words on why there will be none.
 * @throws ImageUnavailable when its image could not be pulled and may exist
 */
export async function startOf(client: KubeClient, target: Target, within = startBudget): Promise<Started | NotStarted> {
  const installed = new InstalledTarget(client, target);
  try {
    const pods = await waitFor({
      what: `a pod of ${target.image} Ready`,
      within,
      observe: () => installed.pods(),
      until: (all) => all.some(isReady),
      describe: (all) => all.map(describePod).join('; ') || 'no pod at all',
      hopeless: (all) => all.map(hopeless).find((words) => words !== undefined),
    });
    return { pod: pods.find(isReady) as Pod };
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    const pods = await installed.pods();
    const refusal = pods.map(pullRefusal).find((words) => words !== undefined);
    if (refusal !== undefined && !isFinalRefusal(refusal)) throw new ImageUnavailable(target.image, refusal);
    const logs = await Promise.all(pods.map((pod) => linesOf(client, pod)));
    return { state: error.actual, log: lastWords(logs.flat()) };
  }
}

export function hasStarted(start: Started | NotStarted): start is Started {
  return 'pod' in start;
}

/** The difference that a candidate is which does not start. */
export function startDifference(image: string, { state, log }: NotStarted): GateDifference {
  const [telling] = log;
  const advice =
    telling === undefined
      ? 'Find out from the state of its pod why there is no process, and give it what it lacks: often an image that can be pulled.'
      : 'Correct what its own words name, in its arguments or in its manifests.';
  return {
    id: 'start/ready',
    part: 'start',
    sentence: `The candidate ${image} does not start: ${state}.${ownWords(log)}`,
    severity: 'reject',
    advice,
    old: ['Ready'],
    new: [log.length > 0 ? log.join('\n') : state],
  };
}

/** The difference that a candidate is which became Ready and then ended; undefined where it runs as it did. */
export async function endedDifference(client: KubeClient, target: Target): Promise<GateDifference | undefined> {
  const pods = await new InstalledTarget(client, target).pods();
  const ended = pods.filter((pod) => restarts(pod) > 0 || !isReady(pod));
  if (ended.length === 0 && pods.length > 0) return undefined;
  const logs = await Promise.all(ended.map((pod) => linesOf(client, pod, true)));
  const log = lastWords(logs.flat());
  const state = ended.map(describePod).join('; ') || 'no pod at all';
  return {
    id: 'start/stays',
    part: 'start',
    sentence: `The candidate ${target.image} became Ready and did not stay so: ${state}.${ownWords(log)}`,
    severity: 'reject',
    old: ['Ready throughout'],
    new: [log.length > 0 ? log.join('\n') : state],
  };
}

function ownWords([telling]: readonly string[]): string {
  return telling === undefined ? '' : ` Its own words: ${telling}`;
}

/** The lines that say why a process ended, the telling one first: usage that is printed after it, or a stack, says less. */
export function lastWords(lines: readonly string[]): readonly string[] {
  const telling = lines.findLastIndex((line) => /^(error|panic|fatal|unknown|[EF]\d{4} )/i.test(line));
  const from = telling < 0 ? Math.max(0, lines.length - 1) : telling;
  return lines.slice(from, from + SHOWN_LINES);
}

/** Why a pod will not become Ready, however long one waits. */
function hopeless(pod: Pod): string | undefined {
  const waiting = (pod.status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason ?? '');
  const isRefused = waiting.some((reason) => hopelessReasons.includes(reason)) || isFinalRefusal(pullRefusal(pod) ?? '');
  return isRefused || restarts(pod) >= RESTARTS ? describePod(pod) : undefined;
}

/** The kubelet's words on an image of the pod that it could not pull. */
function pullRefusal({ status }: Pod): string | undefined {
  const waiting = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting ?? []);
  const refused = waiting.find(({ reason = '' }) => pullReasons.includes(reason));
  return refused && `${refused.reason}: ${refused.message ?? 'no message'}`;
}

/** What the process printed, or the one before where the present one has said nothing yet; the kubelet may have forgotten either. */
async function linesOf(client: KubeClient, pod: Pod, previousFirst = false): Promise<readonly string[]> {
  const { namespace, name } = pod.metadata;
  const read = async (previous: boolean) => {
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const { status, data } = await client.answer<string>('GET', path, {
      query: { tailLines: READ_LINES, previous },
      responseType: 'text',
    });
    const text = status === 200 ? String(data).trim() : '';
    return text.startsWith('unable to retrieve container logs') ? '' : text;
  };
  const text = (await read(previousFirst)) || (await read(!previousFirst));
  return text === '' ? [] : text.split('\n');
}
