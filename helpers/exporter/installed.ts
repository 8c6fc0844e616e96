import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { condition, describePod, isReady, type Pod, restarts } from '../kube/pod.ts';
import type { ReplicaSet } from '../kube/types.ts';
import { seconds, waitFor } from '../wait.ts';
import { accept, getFromPod, type ReceivedAnswer } from './exporter.ts';
import type { Target } from './target.ts';

/**
 * How long a pod may be unschedulable or refused by admission, and how often a container may crash, before the wait ends. The scheduler
 * retries at most 10 s after a change that might help. Source: Kubernetes, kube-scheduler: podMaxBackoffSeconds.
 */
const maxUnschedulable = seconds(20);
const maxCrashes = 3;

/** The time limit from the Deployment's creation until the exporter's pod is Ready, including the image pull. */
export const readyBudget = seconds(60);

/** The target as it runs in the cluster. */
export class InstalledTarget {
  constructor(
    private readonly client: KubeClient,
    readonly target: Target,
  ) {}

  /** The pods of the Deployment, without those that are being deleted. */
  async pods(): Promise<readonly Pod[]> {
    return (await this.#list()).pods;
  }

  /** The pods, and the message with which admission refuses to create one. */
  async #list(): Promise<{ readonly pods: readonly Pod[]; readonly refusal: string | undefined }> {
    const { namespace, deployment } = this.target;
    const existing = await this.client.list<ReplicaSet>({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace });
    const replicaSets = existing.filter((set) => ownedBy(set, 'Deployment', deployment.metadata.name));
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
   * Waits until the exporter's pod is Ready.
   * @param within in milliseconds
   * @throws NotObserved with the pod's state
   */
  async pod(within = readyBudget): Promise<Pod> {
    return this.#podThat('Ready', within, (pods) => pods.find(isReady));
  }

  /**
   * Waits until the exporter's pod is Ready or sufficient for another reason, as probes run only every few seconds.
   * @param what names the reason in errors
   * @param isSufficient is called for a pod with a running container
   * @throws NotObserved with the pod's state
   */
  async podThat(what: string, isSufficient: (pod: Pod) => Promise<boolean>): Promise<Pod> {
    return this.#podThat(`${what}, or Ready`, readyBudget, async (pods) => {
      const ready = pods.find(isReady);
      const [running] = pods.filter(({ status }) => status?.containerStatuses?.some(({ state }) => state?.running));
      return ready ?? (running && (await isSufficient(running)) ? running : undefined);
    });
  }

  async #podThat(
    what: string,
    within: number,
    find: (pods: readonly Pod[]) => Promise<Pod | undefined> | Pod | undefined,
  ): Promise<Pod> {
    const begun = performance.now();
    const { found } = await waitFor({
      what: `a pod of the Deployment ${this.target.deployment.metadata.name} ${what}`,
      within,
      observe: async () => {
        const { pods, refusal } = await this.#list();
        return { pods, refusal, found: await find(pods) };
      },
      until: ({ found }) => found !== undefined,
      describe: ({ pods, refusal }) => pods.map(describePod).join('; ') || noPod(refusal),
      hopeless: ({ pods, refusal }) => {
        const isLasting = performance.now() - begun >= maxUnschedulable;
        if (pods.length === 0 && refusal !== undefined && isLasting) return noPod(refusal);
        const isHopeless = pods.length > 0 && pods.every((pod) => isCrashLooping(pod) || (isLasting && isUnschedulable(pod)));
        return isHopeless ? pods.map(describePod).join('; ') : undefined;
      },
    });
    return found as Pod;
  }

  /** Sends a GET request to the port with the metrics of the cluster. */
  async metricsPort(path: string, headers: Readonly<Record<string, string>> = {}): Promise<ReceivedAnswer> {
    return getFromPod(this.client, await this.pod(), this.target.ports.metrics.number, path, headers);
  }

  /** Sends a GET request to the port with the exporter's own metrics. */
  async telemetryPort(path: string): Promise<ReceivedAnswer> {
    return getFromPod(this.client, await this.pod(), this.target.ports.telemetry.number, path, { Accept: accept.text });
  }
}

function noPod(refusal: string | undefined): string {
  return refusal === undefined ? 'no pod' : `no pod, as the API server refuses it: ${refusal}`;
}

function isUnschedulable(pod: Pod): boolean {
  return condition(pod, 'PodScheduled')?.reason === 'Unschedulable';
}

function isCrashLooping(pod: Pod): boolean {
  return (
    restarts(pod) >= maxCrashes &&
    pod.status?.containerStatuses?.some(({ state }) => state?.waiting?.reason === 'CrashLoopBackOff') === true
  );
}

function ownedBy({ metadata }: KubernetesObject, kind: string, name: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) ?? false;
}

/** The freshness bound: how long the exporter may take to expose a change after the API server accepted it, in milliseconds. */
export const freshnessBound = seconds(5);
