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

/** How long the exporter may take from its Deployment to Ready, its images at hand or pulled. */
export const readyBudget = seconds(60);

/** The target as it lives in the cluster. */
export class InstalledTarget {
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
   * The exporter's pod, once it is Ready.
   * @throws NotObserved with the pod's state when none is within the budget
   */
  async pod(within = readyBudget): Promise<Pod> {
    return this.#podThat('Ready', within, (all) => all.find(isReady));
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

  /**
   * Waits until a pod other than `previous` is Ready: after a deletion or a rollout.
   * @throws NotObserved with the pods' states when there is none within 60 s
   */
  async replacementOf(previous: Pod): Promise<Pod> {
    const isReplacement = (pod: Pod) => isReady(pod) && pod.metadata.uid !== previous.metadata.uid;
    const pods = await waitFor({
      what: `another pod Ready in place of ${previous.metadata.name}`,
      within: readyBudget,
      observe: () => this.pods(),
      until: (pods) => pods.some(isReplacement),
      describe: (pods) => pods.map(describePod).join('; ') || 'no pod',
    });
    return pods.find(isReplacement) as Pod;
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
        const { pods: all, refusal } = await this.#look();
        return { all, refusal, found: await find(all) };
      },
      until: ({ found }) => found !== undefined,
      describe: ({ all, refusal }) => all.map(describePod).join('; ') || noPod(refusal),
      hopeless: ({ all, refusal }) => {
        const lasting = performance.now() - begun >= unschedulableFor;
        if (all.length === 0 && refusal !== undefined && lasting) return noPod(refusal);
        const hopeless = all.length > 0 && all.every((pod) => crashesForEver(pod) || (lasting && isUnschedulable(pod)));
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
