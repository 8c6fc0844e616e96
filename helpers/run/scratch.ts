import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { describePod, type Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import { seconds, waitFor } from '../wait.ts';
import { makeNamespace } from './namespace.ts';
import type { OwnedObjects } from './ownership.ts';
import type { RunState } from './run-state.ts';

/** What a control pod may differ in; everything else is the same for all of them. */
export interface ControlPod {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Fields of its only container. */
  readonly container?: Readonly<Record<string, unknown>>;
}

/** The namespace of one area, in which its requirements make what they need. */
export class Scratch {
  private made: Promise<string> | undefined;

  constructor(
    private readonly client: KubeClient,
    private readonly objects: OwnedObjects,
    private readonly run: RunState,
    private readonly area: string,
  ) {}

  /** The namespace's name; it is there, and pods can be made in it. */
  namespace(): Promise<string> {
    this.made ??= this.makeNamespace();
    return this.made;
  }

  /** Creates an object, which is removed at the run's end. */
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
      describe: (found) => `it is there, deleted at ${found?.metadata.deletionTimestamp ?? 'no time'}`,
    });
  }

  /** Makes a pod that does nothing but wait, unless it is told another command. */
  async pod({ name, namespace, labels = {}, command = idle, spec = {}, container = {} }: ControlPod): Promise<Pod> {
    return this.create<Pod>({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: namespace ?? (await this.namespace()), labels },
      spec: {
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 0,
        ...spec,
        containers: [
          {
            name: 'control',
            image: this.run.workloadImage,
            imagePullPolicy: 'IfNotPresent',
            command,
            resources: { requests: { cpu: '1m', memory: '4Mi' } },
            ...container,
          },
        ],
      },
    });
  }

  /** Waits until a pod is what `until` says. */
  async podUntil(pod: Pod, what: string, until: (pod: Pod) => boolean, within: number): Promise<Pod> {
    const reference = referenceOf(pod);
    const found = await waitFor({
      what,
      within,
      observe: () => this.client.find<Pod>(reference),
      until: (now) => now !== undefined && until(now),
      describe: describePod,
      hopeless: (now) => (now === undefined ? `${pod.metadata.name} is gone` : undefined),
    });
    return found as Pod;
  }

  private async makeNamespace(): Promise<string> {
    const name = `conformance-${this.run.id}-${this.area}`;
    await makeNamespace(this.client, this.objects, name);
    return name;
  }
}

/** Ends at once when it is told to: a shell as process 1 would not. */
const idle = ['sh', '-c', 'trap exit TERM; while true; do sleep 3600 & wait $!; done'];
