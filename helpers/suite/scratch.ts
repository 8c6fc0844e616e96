import { NotApplicable } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { describePod, isUnschedulableForGood, type Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import { seconds, waitFor } from '../wait.ts';
import { type ControlPod, controlPod } from './control-pod.ts';
import { isRefusal, notAdmitted } from './pod-admission.ts';
import type { RunState } from './run-state.ts';

/** The namespace of an area, in which its requirements create objects. */
export class Scratch {
  private created: Promise<string> | undefined;

  constructor(
    private readonly client: KubeClient,
    private readonly objects: OwnedObjects,
    private readonly run: RunState,
    private readonly area: string,
  ) {}

  /** The namespace's name; it exists, and pods can be created in it. */
  namespace(): Promise<string> {
    this.created ??= this.makeNamespace();
    return this.created;
  }

  /** Creates an object, which is removed at the end of the run. */
  async create<O extends KubernetesObject>(object: KubernetesObject | RawObject): Promise<O> {
    return this.objects.create<O>(object);
  }

  /** Deletes an object and waits until it is gone. */
  async remove(object: KubernetesObject, within = seconds(30)): Promise<void> {
    const reference = referenceOf(object);
    await this.client.remove(object, object.kind === 'Pod' ? 0 : undefined);
    await waitFor({
      what: `${object.kind} ${object.metadata.name} gone`,
      within,
      observe: () => this.client.find(reference),
      until: (found) => found === undefined || found.metadata.uid !== object.metadata.uid,
      describe: (found) => `it still exists, deleted at ${found?.metadata.deletionTimestamp ?? 'no time'}`,
    });
  }

  /**
   * Creates a pod that idles, unless it has another command.
   * @throws NotApplicable with the API server's message when admission refuses the pod
   */
  async pod(options: Omit<ControlPod, 'namespace'> & { readonly namespace?: string }): Promise<Pod> {
    const namespace = options.namespace ?? (await this.namespace());
    try {
      return await this.create<Pod>(controlPod(this.run.workloadImage, { ...options, namespace }));
    } catch (error) {
      if (!(error instanceof ApiError && isRefusal(error))) throw error;
      throw new NotApplicable(notAdmitted('control-pod', namespace, error.details));
    }
  }

  /** Waits until a pod satisfies `until`, and returns it; one that is gone ends the wait. */
  async podUntil(pod: Pod, what: string, until: (pod: Pod) => boolean, within: number): Promise<Pod> {
    const reference = referenceOf(pod);
    const found = await waitFor({
      what,
      within,
      observe: () => this.client.find<Pod>(reference),
      until: (now) => now !== undefined && until(now),
      describe: describePod,
      hopeless: (now) => {
        if (now === undefined) return `${pod.metadata.name} is gone`;
        return isUnschedulableForGood(now) ? describePod(now) : undefined;
      },
    });
    return found as Pod;
  }

  /** Waits until a pod's phase is Running, 30 s at most by default. */
  async running(pod: Pod, within = seconds(30)): Promise<Pod> {
    return this.podUntil(pod, `${pod.metadata.name} Running`, ({ status }) => status?.phase === 'Running', within);
  }

  private async makeNamespace(): Promise<string> {
    const name = `conformance-${this.run.id}-${this.area}`;
    await makeNamespace(this.client, this.objects, name);
    return name;
  }
}

/** Creates a namespace, and waits until pods can be created in it: without the default ServiceAccount they are refused. */
export async function makeNamespace(client: KubeClient, objects: OwnedObjects, name: string): Promise<void> {
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await podsCanBeCreated(client, name);
}

/** Waits for the default ServiceAccount, without which no pod is admitted to a namespace. */
export async function podsCanBeCreated(client: KubeClient, name: string): Promise<void> {
  await waitFor({
    what: `the default ServiceAccount of ${name}`,
    within: seconds(20),
    every: 50,
    observe: () => client.find({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }),
    until: (account) => account !== undefined,
    describe: () => 'none',
  });
}
