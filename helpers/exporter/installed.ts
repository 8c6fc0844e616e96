import type { ExporterOptions } from '../catalogue/arguments.ts';
import type { KubeClient } from '../kube/client.ts';
import { describePod, isReady, type Pod, restarts } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import type { Workload } from '../kube/workload.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { accept, exposedFamilies, getFromPod, type ReceivedAnswer } from './exporter.ts';
import { nameOf } from './find.ts';
import { describePods, isCrashLooping, type ObservedPods, observePods, PodOutlook } from './pod-outlook.ts';
import { findsOwnShard, optionsOfPod, sharesByPod } from './shares.ts';
import type { Target } from './target.ts';

/** How long a container must run in one process, in milliseconds, until its pod is used though it is neither Ready nor scraped. */
const untilUsed = seconds(10);

/** The time limit from the workload's creation until the exporter's pod is Ready, including the image pull. */
export const readyBudget = seconds(60);

/** A process of the exporter: a pod with its own share of the objects, or with all. */
export interface Instance {
  /** `Pod kube-state-metrics-0`, or the workload where any pod will do: `Deployment monitoring/kube-state-metrics` */
  readonly name: string;
  /** Its workload. */
  readonly exporter: InstalledTarget;
  readonly pod: Pod;
  /** The options of its process, with its share. */
  readonly options: ExporterOptions;
}

type LiveWorkload = Workload & { readonly status?: { readonly desiredNumberScheduled?: number } };

/** The target as it runs in the cluster. */
export class InstalledTarget {
  readonly #outlook: PodOutlook;

  /** @param original the workload that this one is a copy of: what its pods did not become, those of a copy will not */
  constructor(
    private readonly client: KubeClient,
    readonly target: Target,
    private readonly original?: InstalledTarget,
  ) {
    this.#outlook = PodOutlook.of(client);
  }

  /** `StatefulSet monitoring/kube-state-metrics` */
  get name(): string {
    return nameOf(this.target.workload);
  }

  /** The pods of the workload, without those that are being deleted. */
  async pods(): Promise<readonly Pod[]> {
    return (await observePods(this.client, this.target)).pods;
  }

  /**
   * The exporter's pod, as soon as it can be used: it answers scrapes completely, is Ready, or its container has run in one process for 10 s,
   * as a pod whose probes are wrong can still be examined.
   * @throws NotObserved with the pod's state when there is none within the budget
   */
  async pod(within = readyBudget): Promise<Pod> {
    return this.#podThat('Ready, scraped completely, or running for 10 s', within, (pods) => this.#findUsable(pods));
  }

  /**
   * The exporter's pod, once its Service leads to it: it is Ready, or, as a pod whose probes are wrong is not waited for, its container has run
   * in one process for 10 s.
   * @throws NotObserved with the pod's state when there is none within the budget
   */
  async servedPod(within = readyBudget): Promise<Pod> {
    return this.#podThat('Ready, or running for 10 s', within, (pods) => this.#findServed(pods));
  }

  /**
   * The exporter's pod, once it is Ready. A process that was not Ready within the budget, or whose probe can never succeed, is not waited for.
   * @throws NotObserved with the pod's state when there is none within the budget
   */
  async readyPod(): Promise<Pod> {
    const isOverdue = (pod: Pod) => this.#runningFor(pod) >= readyBudget || this.#outlook.failsProbesForGood(pod);
    return this.#podThat('Ready', readyBudget, (pods) => pods.find(isReady), isOverdue);
  }

  /**
   * The processes of the exporter whose expositions together are the whole: every pod where each has a share of its own, otherwise one.
   * @throws NotObserved with the pods' states when one of them does not run within the budget
   */
  async instances(): Promise<readonly Instance[]> {
    const { container } = this.target;
    const instanceOf = (name: string, pod: Pod, count: number) => ({
      name,
      exporter: this,
      pod,
      options: optionsOfPod(this.target, pod, count),
    });
    if (!sharesByPod(container)) return [instanceOf(this.name, await this.pod(), 1)];
    const found = await waitFor({
      what: `every pod of the ${this.name} Ready, scraped completely, or running for 10 s`,
      within: readyBudget,
      observe: async () => {
        const pods = await this.pods();
        const usable = await Promise.all(pods.map((pod) => this.#findUsable([pod])));
        return { pods, count: await this.#desiredPods(), isUsable: usable.every((pod) => pod !== undefined) };
      },
      until: ({ pods, count, isUsable }) => count > 0 && pods.length === count && isUsable,
      describe: ({ pods, count }) => `${pods.length} of ${count} pods: ${pods.map(describePod).join('; ') || 'none'}`,
      hopeless: ({ pods }) => pods.filter(isCrashLooping).map(describePod).join('; ') || undefined,
    });
    return found.pods.map((pod) => instanceOf(`Pod ${pod.metadata.name}`, pod, found.count));
  }

  /** How many pods the workload is to have: the replicas of a StatefulSet, the nodes of a DaemonSet. */
  async #desiredPods(): Promise<number> {
    const { spec, status } = await this.client.get<LiveWorkload>(referenceOf(this.target.workload));
    return status?.desiredNumberScheduled ?? spec.replicas ?? 1;
  }

  #findServed(pods: readonly Pod[]): Pod | undefined {
    return pods.find(isReady) ?? pods.find((pod) => this.#runningFor(pod) >= untilUsed);
  }

  /** A pod that can be used, if there is one. */
  async #findUsable(pods: readonly Pod[]): Promise<Pod | undefined> {
    const found = this.#findServed(pods);
    // A process that was restarted may be in a crash loop, though it answers for a while.
    const started = pods.filter((pod) => runs(pod, this.target.container.name) && restarts(pod) === 0);
    if (found || started.length === 0) return found;
    const { number } = this.target.ports.metrics;
    const complete = await Promise.all(
      started.map((pod) => this.#outlook.exposesAll(pod.metadata.uid ?? '', () => exposedFamilies(this.client, pod, number))),
    );
    return started.find((_, index) => complete[index]);
  }

  /** For how long the exporter's process in a pod has been observed to run, in milliseconds; 0 when it does not run. */
  #runningFor({ metadata, status }: Pod): number {
    const container = status?.containerStatuses?.find(({ name }) => name === this.target.container.name);
    if (!container?.state?.running) return 0;
    return this.#outlook.lasting(`${metadata.uid} process ${container.restartCount}`);
  }

  /**
   * Waits until containers of the exporter's pod run.
   * @param names of the containers
   * @throws NotObserved with the pod's state
   */
  async podWithRunning(names: readonly string[]): Promise<Pod> {
    return this.#podThat(`with running containers ${names.join(', ')}`, readyBudget, (pods) =>
      pods.find((pod) => names.every((name) => runs(pod, name))),
    );
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

  /**
   * Waits until a pod other than `previous` is Ready in its place: after a deletion or a rollout.
   * @throws NotObserved with the pods' states when there is none within 60 s
   */
  async replacementOf(previous: Pod): Promise<Pod> {
    const isReplacement = (pod: Pod) =>
      isReady(pod) && pod.metadata.uid !== previous.metadata.uid && this.hasShareOf(previous, pod);
    const pods = await waitFor({
      what: `another pod Ready in place of ${previous.metadata.name}`,
      within: readyBudget,
      observe: () => this.pods(),
      until: (pods) => pods.some(isReplacement),
      describe: (pods) => pods.map(describePod).join('; ') || 'no pod',
      hopeless: (pods) => {
        if (!isReady(previous) && this.#outlook.hasFailedFor('Ready', previous))
          return `${describePod(previous)}, which did not become Ready either`;
        if (this.original && this.#outlook.hasFailedForAnyOf('Ready', this.original.name))
          return `${pods.map(describePod).join('; ') || 'no pod'}; the pod of the ${this.original.name} did not become Ready either`;
        return undefined;
      },
    });
    return pods.find(isReplacement) as Pod;
  }

  /** Whether a pod exposes the same share as another one: any pod of most workloads, otherwise that with its ordinal or on its node. */
  hasShareOf(previous: Pod, pod: Pod): boolean {
    if (!sharesByPod(this.target.container)) return true;
    return findsOwnShard(this.target.container)
      ? pod.metadata.name === previous.metadata.name
      : pod.spec.nodeName === previous.spec.nodeName;
  }

  async #podThat(
    what: string,
    within: number,
    find: (pods: readonly Pod[]) => Promise<Pod | undefined> | Pod | undefined,
    isOverdue: (pod: Pod) => boolean = () => false,
  ): Promise<Pod> {
    let last: ObservedPods | undefined;
    try {
      const { found } = await waitFor<ObservedPods & { readonly found: Pod | undefined }>({
        what: `a pod of the ${this.target.workload.kind} ${this.target.workload.metadata.name} ${what}`,
        within,
        observe: async () => {
          const listed = await this.#outlook.withFailedProbes(this.client, await observePods(this.client, this.target));
          const observed = listed.pods.length > 0 ? listed : { ...listed, workload: await this.#liveWorkload() };
          last = observed;
          return { ...observed, found: await find(observed.pods) };
        },
        until: ({ found }) => found !== undefined,
        describe: describePods,
        hopeless: (observed) => this.#outlook.hopeless(what, observed, isOverdue),
      });
      return found as Pod;
    } catch (error) {
      if (error instanceof NotObserved && last && within >= readyBudget) this.#outlook.exhausted(what, last, this.name);
      throw error;
    }
  }

  /** The workload in the cluster; `null` where there is none. */
  async #liveWorkload(): Promise<LiveWorkload | null> {
    return (await this.client.find<LiveWorkload>(referenceOf(this.target.workload))) ?? null;
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

/** The freshness bound: how long the exporter may take to expose a change after the API server accepted it, in milliseconds. */
export const freshnessBound = seconds(5);

/** Whether a container of the pod runs. */
function runs({ status }: Pod, container: string): boolean {
  return status?.containerStatuses?.some(({ name, state }) => name === container && state?.running !== undefined) ?? false;
}
