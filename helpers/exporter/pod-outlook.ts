import type { KubeClient } from '../kube/client.ts';
import { type KubernetesObject, ownedBy } from '../kube/object.ts';
import { describePod, isReady, isUnschedulable, isUnschedulableForGood, type Pod, restarts } from '../kube/pod.ts';
import type { Event, ReplicaSet } from '../kube/types.ts';
import { seconds } from '../wait.ts';
import { withConfigOf } from './mounted.ts';
import type { Target } from './target.ts';

/**
 * How long a pod may be unschedulable or refused by admission before its waits end. The scheduler retries at most 10 s after a change that
 * might help. Source: Kubernetes, kube-scheduler: podMaxBackoffSeconds.
 */
const maxUnschedulable = seconds(20);

/** How often a container may be restarted before a crash loop ends its waits: its third process starts 10 s after the second. */
const maxCrashes = 2;

/**
 * For how long a process must expose the same families until its scrapes count as complete, in milliseconds. Its first lists are sent five a
 * second at least, each with a family of its own. Source: client-go, rest: DefaultQPS.
 */
const unchangedExposition = seconds(1);

/** How long a pod may run without being Ready until the kubelet's words on its readiness probe are read, and how old they may be. */
const untilProbesAreRead = seconds(5);
const probesAreFresh = seconds(1);

/**
 * The words on a probe that every later one of the process repeats: its scheme is not that of the port, whichever of the two has TLS.
 * Source: Go, net/http: Transport and Server.
 */
const finalProbeFailure = /server gave HTTP response to HTTPS client|failed with statuscode: 400$/;

/** What was observed of a workload's pods at one time. */
export interface ObservedPods {
  readonly pods: readonly Pod[];
  /** The message with which admission refuses to create one. */
  readonly refusal: string | undefined;
  /** Where there is no pod, its workload; `null` where that does not exist either. */
  readonly workload?: LiveWorkload | null;
  /** By uid, the kubelet's words on the readiness probe of a pod that has run for some seconds without being Ready. */
  readonly failedProbes?: ReadonlyMap<string, string>;
}

export type LiveWorkload = KubernetesObject & { readonly spec?: { readonly replicas?: number } };

/** The pods of a workload without those that are being deleted, and the message with which admission refuses to create one. */
export async function observePods(client: KubeClient, target: Target): Promise<ObservedPods> {
  const { namespace, workload } = target;
  const { kind, metadata } = workload;
  const { owners, refusal } =
    kind === 'Deployment' ? await replicaSetsOf(client, target) : { owners: [metadata.name], refusal: undefined };
  const ownerKind = kind === 'Deployment' ? 'ReplicaSet' : kind;
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace });
  const own = pods.filter(
    (pod) => pod.metadata.deletionTimestamp === undefined && owners.some((name) => ownedBy(pod, ownerKind, name)),
  );
  return { pods: own.map((pod) => withConfigOf(target, pod)), refusal };
}

/** The names of a Deployment's ReplicaSets, which own its pods. */
async function replicaSetsOf(client: KubeClient, { namespace, workload }: Target) {
  const existing = await client.list<ReplicaSet>({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
  const replicaSets = existing.filter((set) => ownedBy(set, 'Deployment', workload.metadata.name));
  const conditions = replicaSets.flatMap(({ status }) => status?.conditions ?? []);
  return {
    owners: replicaSets.map(({ metadata }) => metadata.name),
    refusal: conditions.find(({ type }) => type === 'ReplicaFailure')?.message,
  };
}

/**
 * What this process has observed of the exporter's pods in one cluster. The areas of a run share it: for how long a state has lasted, and what
 * was waited for without success, is the same for all of them, so that what many wait for is awaited once.
 */
export class PodOutlook {
  /** By state, when it was first observed, as `performance.now()`. */
  readonly #since = new Map<string, number>();
  /** The states of pods in which a wait has reached its deadline. */
  readonly #exhausted = new Set<string>();
  /** The pods, and their workloads, for which a wait has reached its deadline. */
  readonly #lost = new Set<string>();

  /** By process, the names of the families with samples in its latest scrape. */
  readonly #exposed = new Map<string, string>();
  /** By process, a scrape on its way. */
  readonly #scrapes = new Map<string, Promise<boolean>>();

  /** By pod, when the kubelet's words on its readiness probe were last read, and the words. */
  readonly #probesReadAt = new Map<string, number>();
  readonly #failedProbes = new Map<string, string>();

  /** The outlook of a client's cluster. */
  static of({ connection: { agent } }: KubeClient): PodOutlook {
    const outlook = outlooks.get(agent) ?? new PodOutlook();
    outlooks.set(agent, outlook);
    return outlook;
  }

  /** For how long a state has been observed, in milliseconds; 0 at its first observation. */
  lasting(state: string): number {
    const now = performance.now();
    const since = this.#since.get(state) ?? now;
    this.#since.set(state, since);
    return now - since;
  }

  /**
   * Whether a process has exposed the same families for a second, so that its first lists are over. All that wait share its scrapes.
   * @param process identifies it in this cluster
   * @param scrape returns the names of the families with samples, as one text; empty where there is none or no answer
   */
  async exposesAll(process: string, scrape: () => Promise<string>): Promise<boolean> {
    const running = this.#scrapes.get(process) ?? this.#compareScrapes(process, scrape);
    this.#scrapes.set(process, running);
    const isComplete = await running.finally(() => this.#scrapes.delete(process));
    // From then on it is not scraped for this any more.
    if (isComplete) this.#scrapes.set(process, running);
    return isComplete;
  }

  /**
   * Adds the kubelet's words on the readiness probes of pods that have run for some seconds without being Ready. All that wait share them, and
   * who may not list events does without.
   */
  async withFailedProbes(client: KubeClient, observed: ObservedPods): Promise<ObservedPods> {
    const slow = observed.pods.filter(
      (pod) =>
        pod.status?.phase === 'Running' &&
        !isReady(pod) &&
        this.lasting(`${pod.metadata.uid} runs without being Ready`) >= untilProbesAreRead,
    );
    await Promise.all(slow.map((pod) => this.#readFailedProbe(client, pod)));
    return { ...observed, failedProbes: this.#failedProbes };
  }

  async #readFailedProbe(client: KubeClient, { metadata: { namespace = 'default', name, uid = '' } }: Pod): Promise<void> {
    const readAt = this.#probesReadAt.get(uid);
    if (readAt !== undefined && performance.now() - readAt < probesAreFresh) return;
    this.#probesReadAt.set(uid, performance.now());
    const query = { fieldSelector: `involvedObject.name=${name},reason=Unhealthy` };
    const { status, data } = await client.answer<{ readonly items: readonly Event[] }>(
      'GET',
      `/api/v1/namespaces/${namespace}/events`,
      { query },
    );
    if (status !== 200) return;
    const events = data.items.filter(
      ({ involvedObject, message = '' }) => involvedObject.uid === uid && /^Readiness/.test(message),
    );
    const last = events.sort((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? -1 : 1)).at(-1);
    if (last?.message) this.#failedProbes.set(uid, last.message.trim());
  }

  /** Whether the readiness probe of a pod fails for a reason that does not go while its process runs. */
  failsProbesForGood({ metadata: { uid = '' } }: Pod): boolean {
    return finalProbeFailure.test(this.#failedProbes.get(uid) ?? '');
  }

  async #compareScrapes(process: string, scrape: () => Promise<string>): Promise<boolean> {
    const families = await scrape();
    const isSame = families !== '' && this.#exposed.get(process) === families;
    this.#exposed.set(process, families);
    const state = `${process} exposes what it did`;
    if (!isSame) this.#since.delete(state);
    return this.lasting(state) >= unchangedExposition;
  }

  /**
   * Why a wait can end before its deadline.
   * @param what is waited for
   * @param isOverdue a further reason for which a pod cannot become what is waited for
   * @returns the states of the pods, or the refusal of admission; undefined while one of them may still become it
   */
  hopeless(what: string, observed: ObservedPods, isOverdue: (pod: Pod) => boolean): string | undefined {
    const { pods } = observed;
    if (pods.length === 0) return this.#staysWithoutPod(what, observed) ? describePods(observed) : undefined;
    const isLost = (pod: Pod) =>
      isCrashLooping(pod) ||
      isUnschedulableForGood(pod) ||
      (isUnschedulable(pod) && this.lasting(`${pod.metadata.uid} unschedulable`) >= maxUnschedulable) ||
      this.#exhausted.has(stateOf(what, pod)) ||
      isOverdue(pod);
    return pods.every(isLost) ? describePods(observed) : undefined;
  }

  #staysWithoutPod(what: string, { refusal, workload }: ObservedPods): boolean {
    if (workload === null || workload?.spec?.replicas === 0) return true;
    if (workload && this.#exhausted.has(withoutPod(what, workload))) return true;
    return refusal !== undefined && this.lasting(refusal) >= maxUnschedulable;
  }

  /**
   * Remembers that a wait for these pods has reached its deadline: in the same state, no later wait has a chance.
   * @param name of their workload
   */
  exhausted(what: string, { pods, workload }: ObservedPods, name: string): void {
    this.#lost.add(`${what} ${name}`);
    for (const pod of pods) {
      this.#exhausted.add(stateOf(what, pod));
      this.#lost.add(`${what} ${pod.metadata.uid}`);
    }
    if (workload) this.#exhausted.add(withoutPod(what, workload));
  }

  /** Whether a wait for a pod has reached its deadline, in whatever state the pod was. */
  hasFailedFor(what: string, { metadata }: Pod): boolean {
    return this.#lost.has(`${what} ${metadata.uid}`);
  }

  /** The same of any pod of a workload. */
  hasFailedForAnyOf(what: string, workload: string): boolean {
    return this.#lost.has(`${what} ${workload}`);
  }
}

/** By the agent through which a cluster is reached, which all of its clients share. */
const outlooks = new WeakMap<object, PodOutlook>();

/** The states of pods for an error message, or why there is none. */
export function describePods({ pods, refusal, workload, failedProbes }: ObservedPods): string {
  const describe = (pod: Pod) => {
    const probe = isReady(pod) ? undefined : failedProbes?.get(pod.metadata.uid ?? '');
    return probe === undefined ? describePod(pod) : `${describePod(pod)}: ${probe}`;
  };
  if (pods.length > 0) return pods.map(describe).join('; ');
  if (refusal !== undefined) return `no pod, as the API server refuses it: ${refusal}`;
  if (workload === null) return 'no pod, as its workload does not exist';
  return workload?.spec?.replicas === 0 ? 'no pod, as its workload has 0 replicas' : 'no pod';
}

function withoutPod(what: string, { metadata }: LiveWorkload): string {
  return JSON.stringify([what, metadata.uid]);
}

/** What is waited for, with the pod and all that changes when it is scheduled, starts or is restarted. */
function stateOf(what: string, pod: Pod): string {
  const { metadata, spec, status } = pod;
  return JSON.stringify([what, metadata.uid, spec.nodeName, status?.phase, restarts(pod)]);
}

/** Whether a container of the pod keeps ending, so that the pod will not become Ready by itself. */
export function isCrashLooping(pod: Pod): boolean {
  return (
    restarts(pod) >= maxCrashes &&
    pod.status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') === true
  );
}
