import type { MetKnownIssue } from '../../accounting/known-issues.ts';
import { ImageUnavailable, isFinalRefusal } from '../../cluster/local-images.ts';
import { InstalledTarget } from '../../exporter/installed.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import { describePod, isReady, type Pod, restarts } from '../../kube/pod.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { GateDifference } from '../difference.ts';
import type { RunningSide, Sides } from './readings.ts';

/** How long an exporter may take to become Ready; one that cannot is reported earlier. */
const startBudget = seconds(50);

/** How often a process may end before the exporter counts as not starting. */
const MOST_RESTARTS = 2;

/** Enough for a usage text, which follows the error. */
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
  /** The state of its pods, in one line. */
  readonly state: string;
  /** Whether its process ended; without a process, such as of an image that cannot be pulled, it never ran. */
  readonly processEnded: boolean;
  /** The log of its process, from the line of the error on. */
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
      until: (observed) => observed.some(isReady),
      describe: (observed) => observed.map(describePod).join('; ') || 'no pod at all',
      hopeless: (observed) => observed.map(hopelessState).find((state) => state !== undefined),
    });
    return { pod: pods.find(isReady) as Pod };
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    const pods = await installed.pods();
    const refusal = pods.map(pullRefusal).find((words) => words !== undefined);
    if (refusal !== undefined && !isFinalRefusal(refusal)) throw new ImageUnavailable(target.image, refusal);
    const logs = await Promise.all(pods.map((pod) => linesOf(client, pod)));
    return { state: error.actual, processEnded: hasEnded(pods), log: errorLines(logs.flat()) };
  }
}

export function hasStarted(start: Started | NotStarted): start is Started {
  return 'pod' in start;
}

/** The difference of a candidate that does not start. */
export function startDifference(image: string, { state, processEnded, log }: NotStarted): GateDifference {
  const [message] = log;
  const advice =
    message === undefined
      ? 'Find out from the state of its pod why there is no process, and provide what it lacks: often an image that can be pulled.'
      : 'Correct its arguments or its manifests as its log requires.';
  return {
    id: 'start/ready',
    part: 'start',
    sentence: `The candidate ${image} does not start: ${state}.${quoted(log)}`,
    severity: 'reject',
    ...(processEnded && { processEnded }),
    advice,
    old: ['Ready'],
    new: [log.length > 0 ? log.join('\n') : state],
  };
}

/** The difference of a candidate that became Ready and then ended; undefined while it runs. */
export async function endedDifference(client: KubeClient, target: Target): Promise<GateDifference | undefined> {
  const pods = await new InstalledTarget(client, target).pods();
  const ended = pods.filter((pod) => restarts(pod) > 0 || !isReady(pod));
  if (ended.length === 0 && pods.length > 0) return undefined;
  const logs = await Promise.all(ended.map((pod) => linesOf(client, pod, true)));
  const log = errorLines(logs.flat());
  const state = ended.map(describePod).join('; ') || 'no pod at all';
  return {
    id: 'start/stays',
    part: 'start',
    sentence: `The candidate ${target.image} became Ready and did not stay Ready: ${state}.${quoted(log)}`,
    severity: 'reject',
    ...(hasEnded(ended) && { processEnded: true }),
    old: ['Ready throughout'],
    new: [log.length > 0 ? log.join('\n') : state],
  };
}

/**
 * The difference of a candidate that does not run, with the object of the cluster that is known to end it.
 * @param ends the known issues of the candidate, and not of the release in use, by which objects of the cluster end it
 */
export function withKnownEnd(difference: GateDifference, ends: readonly MetKnownIssue[]): GateDifference {
  const [end] = ends;
  if (!end || !difference.processEnded) return difference;
  const [name, ...others] = end.names;
  const who = others.length > 0 ? `${name} and ${others.length} more meet` : `${name} meets`;
  return {
    ...difference,
    brief: `It does not run, and ${who} its known issue ${end.issue.id}.`,
    advice: end.issue.advice,
  };
}

function hasEnded(pods: readonly Pod[]): boolean {
  return pods.some((pod) => restarts(pod) > 0);
}

function quoted([message]: readonly string[]): string {
  return message === undefined ? '' : ` Its log: ${message}`;
}

/** The lines from the last error on: a usage text or a stack follows it. The last line where none is an error. */
export function errorLines(lines: readonly string[]): readonly string[] {
  const error = lines.findLastIndex((line) => /^(error|panic:|fatal|unknown|[EF]\d{4} )/i.test(line));
  const from = error < 0 ? Math.max(0, lines.length - 1) : error;
  return lines.slice(from, from + SHOWN_LINES);
}

/** The state of a pod that will not become Ready; undefined for any other pod. */
function hopelessState(pod: Pod): string | undefined {
  const waiting = (pod.status?.containerStatuses ?? []).map(({ state }) => state?.waiting?.reason ?? '');
  const isRefused = waiting.some((reason) => hopelessReasons.includes(reason)) || isFinalRefusal(pullRefusal(pod) ?? '');
  return isRefused || restarts(pod) >= MOST_RESTARTS ? describePod(pod) : undefined;
}

/** The kubelet's words on an image of the pod that it could not pull. */
function pullRefusal({ status }: Pod): string | undefined {
  const waiting = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.waiting ?? []);
  const refused = waiting.find(({ reason = '' }) => pullReasons.includes(reason));
  return refused && `${refused.reason}: ${refused.message ?? 'no message'}`;
}

/** The log of the process, or of the one before it where the present one has logged nothing; the kubelet may keep neither. */
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

/** Restarts both: some releases keep the headers of their first response, and the cost of a start is measured too. */
export async function restart(client: KubeClient, sides: Sides<RunningSide>): Promise<Sides<RunningSide>> {
  const restarted = async ({ target, pod }: RunningSide): Promise<RunningSide> => {
    const { uid } = pod.metadata;
    await client.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0);
    const installed = new InstalledTarget(client, target);
    const fresh = await waitFor({
      what: `a new pod of ${target.image} Ready`,
      within: seconds(60),
      observe: () => installed.readyPod(),
      until: ({ metadata }) => metadata.uid !== uid,
      describe: ({ metadata }) => `still ${metadata.name}`,
    });
    return { target, pod: fresh };
  };
  const [old, now] = await Promise.all([restarted(sides.old), restarted(sides.new)]);
  return { old, new: now };
}
