import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { condition, describePod, isReady, type Pod, restarts } from '../kube/pod.ts';
import { seconds, waitFor } from '../wait.ts';
import { accept, ask, type ReceivedAnswer } from './exporter.ts';
import type { Target } from './target.ts';

/**
 * How long one looks at a pod that no node takes or that admission refuses, and how often a container may crash, before that is taken for lasting. The
 * scheduler tries again at most 10 s after a change that might help. Source: Kubernetes, kube-scheduler: podMaxBackoffSeconds.
 */
const unschedulableFor = seconds(20);
const crashes = 3;

interface ReplicaSet extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly message?: string }[] };
}

/** How long a container must run in one process, in milliseconds, until its pod is used though it is not Ready. */
const untilUsed = seconds(10);

/** How long the exporter may take from its Deployment to Ready, its images at hand or pulled. */
export const readyBudget = seconds(60);

/** The target as it lives in the cluster. */
export class InstalledTarget {
  /** By process, when it was first observed, as `performance.now()`. */
  readonly #observed = new Map<string, number>();

  constructor(
    private readonly client: KubeClient,
    readonly target: Target,
  ) {}

  /** The pods that the Deployment's ReplicaSets own, those that are being deleted left out. */
  async pods(): Promise<readonly Pod[]> {
    return (await this.#look()).pods;
  }

  /** The pods, and the words in which admission refused one to a ReplicaSet, as long as it does. */
  async #look(): Promise<{ readonly pods: readonly Pod[]; readonly refusal: string | undefined }> {
    const { namespace, deployment } = this.target;
    const all = await this.client.list<ReplicaSet>({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
    const replicaSets = all.filter((set) => ownedBy(set, 'Deployment', deployment.metadata.name));
    const owned = replicaSets.map(({ metadata }) => metadata.name);
    const failures = replicaSets
      .flatMap(({ status }) => status?.conditions ?? [])
      .filter(({ type }) => type === 'ReplicaFailure');
    const pods = await this.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace });
    return {
      pods: pods.filter(
        (pod) => pod.metadata.deletionTimestamp === undefined && owned.some((name) => ownedBy(pod, 'ReplicaSet', name)),
      ),
      refusal: failures[0]?.message,
    };
  }

  /**
   * The exporter's pod, once it is Ready or its container has run in one process for 10 s: a pod whose probes are wrong can still be scraped.
   * @throws NotObserved with the pod's state when there is none within the budget
   */
  async pod(within = readyBudget): Promise<Pod> {
    return this.#podThat(
      'Ready, or running for 10 s',
      within,
      (pods) => pods.find(isReady) ?? pods.find((pod) => this.#runningFor(pod) >= untilUsed),
    );
  }

  /**
   * The exporter's pod, once it is Ready. A process that was not Ready within the budget is not waited for a second time.
   * @throws NotObserved with the pod's state when there is none within the budget
   */
  async readyPod(): Promise<Pod> {
    const isOverdue = (pod: Pod) => this.#runningFor(pod) >= readyBudget;
    return this.#podThat('Ready', readyBudget, (pods) => pods.find(isReady), isOverdue);
  }

  /** For how long the exporter's process in a pod has been observed to run, in milliseconds; 0 when it does not run. */
  #runningFor({ metadata, status }: Pod): number {
    const container = status?.containerStatuses?.find(({ name }) => name === this.target.container.name);
    if (!container?.state?.running) return 0;
    const process = `${metadata.uid} ${container.restartCount}`;
    const since = this.#observed.get(process) ?? performance.now();
    this.#observed.set(process, since);
    return performance.now() - since;
  }

  /**
   * The exporter's pod, once it is Ready or `is` something that is enough: probes look again only after seconds.
   * @param is asked of pods whose container runs
   * @throws NotObserved with the pod's state when none is within the budget
   */
  async podThat(what: string, is: (pod: Pod) => Promise<boolean>): Promise<Pod> {
    return this.#podThat(`${what}, or Ready`, readyBudget, async (all) => {
      const ready = all.find(isReady);
      const [running] = all.filter(({ status }) => status?.containerStatuses?.some(({ state }) => state?.running));
      return ready ?? (running && (await is(running)) ? running : undefined);
    });
  }

  async #podThat(
    what: string,
    within: number,
    find: (pods: readonly Pod[]) => Promise<Pod | undefined> | Pod | undefined,
    isOverdue: (pod: Pod) => boolean = () => false,
  ): Promise<Pod> {
    const begun = performance.now();
    const { found } = await waitFor({
      what: `a pod of the Deployment ${this.target.deployment.metadata.name} ${what}`,
      within,
      observe: async () => {
        const { pods: all, refusal } = await this.#look();
        return { all, refusal, found: await find(all) };
      },
      until: ({ found }) => found !== undefined,
      describe: ({ all, refusal }) => all.map(describePod).join('; ') || noPod(refusal),
      hopeless: ({ all, refusal }) => {
        const lasting = performance.now() - begun >= unschedulableFor;
        if (all.length === 0 && refusal !== undefined && lasting) return noPod(refusal);
        const hopeless =
          all.length > 0 && all.every((pod) => crashesForEver(pod) || isOverdue(pod) || (lasting && isUnschedulable(pod)));
        return hopeless ? all.map(describePod).join('; ') : undefined;
      },
    });
    return found as Pod;
  }

  /** GET of a path on the port where the exporter tells of the cluster. */
  async metricsPort(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ReceivedAnswer> {
    return ask(this.client, await this.pod(), this.target.ports.metrics.number, path, headers);
  }

  /** GET of a path on the port where the exporter tells of itself. */
  async telemetryPort(path: string): Promise<ReceivedAnswer> {
    return ask(this.client, await this.pod(), this.target.ports.telemetry.number, path, { Accept: accept.text });
  }
}

function noPod(refusal: string | undefined): string {
  return refusal === undefined ? 'no pod at all' : `no pod at all, as the API server refuses it: ${refusal}`;
}

function isUnschedulable(pod: Pod): boolean {
  return condition(pod, 'PodScheduled')?.reason === 'Unschedulable';
}

function crashesForEver(pod: Pod): boolean {
  return (
    restarts(pod) >= crashes &&
    pod.status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') === true
  );
}

function ownedBy({ metadata }: KubernetesObject, kind: string, name: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) ?? false;
}
