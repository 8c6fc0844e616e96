import type { KubernetesObject } from '../../kube/object.ts';
import { type Fields, keepFields } from '../../redaction/fields.ts';

/** What was not written because the run did not create it. */
export class Omissions {
  readonly #pods: string[] = [];
  readonly #nodes: string[] = [];
  #events = 0;

  /** @param hasLogs whether its logs were written all the same */
  pod({ metadata }: KubernetesObject, hasLogs: boolean): void {
    const fields = 'variables, arguments, volumes, labels, annotations, messages';
    this.#pods.push(`${metadata.namespace}/${metadata.name}: ${fields}${hasLogs ? '' : ', logs'}`);
  }

  node({ metadata }: KubernetesObject): void {
    this.#nodes.push(metadata.name);
  }

  events(count: number): void {
    this.#events = count;
  }

  /** The README of the diagnostics. */
  text(run: string): string {
    const fields = [
      ...this.#pods.sort().map((name) => `  the pod ${name}\n`),
      ...this.#nodes.sort().map((name) => `  the node ${name}: addresses, images, most labels, annotations, messages\n`),
      ...(this.#events > 0 ? [`  ${this.#events} events of objects that the run did not create\n`] : []),
    ];
    return [
      `Diagnostics of run ${run}. Secrets, tokens and passwords are redacted: "(redacted)" stands where they were.\n`,
      'What the run created, and what controllers made of it, is written with all its fields. Of nodes, and of pods in kube-system\n',
      "and in the exporter's namespace that the run did not create, there is only what explains scheduling and readiness.\n",
      ...(fields.length > 0 ? ['Omitted:\n'] : []),
      ...fields,
    ].join('');
  }
}

const state: Fields = {
  running: { startedAt: true },
  waiting: { reason: true },
  terminated: { reason: true, exitCode: true, startedAt: true, finishedAt: true },
};
const statuses: Fields = { name: true, ready: true, restartCount: true, state, lastState: state };
const conditions: Fields = { type: true, status: true, reason: true, lastTransitionTime: true };
const identity: Fields = { name: true, namespace: true, uid: true, creationTimestamp: true, deletionTimestamp: true };

/** The fields that explain where a pod was scheduled and whether it is ready. No messages: a container's message is its own output. */
const pod: Fields = {
  apiVersion: true,
  kind: true,
  metadata: { ...identity, ownerReferences: { kind: true, name: true } },
  spec: { nodeName: true, hostNetwork: true, containers: { name: true, resources: { requests: true, limits: true } } },
  status: { phase: true, reason: true, conditions, initContainerStatuses: statuses, containerStatuses: statuses },
};

/** The fields that explain which pods a node accepts. */
function node(selected: readonly string[]): Fields {
  return {
    apiVersion: true,
    kind: true,
    metadata: { ...identity, labels: Object.fromEntries(selected.map((key) => [key, true])) },
    spec: { taints: { key: true, value: true, effect: true }, unschedulable: true },
    status: { conditions, capacity: true, allocatable: true, nodeInfo: { kubeletVersion: true, containerRuntimeVersion: true } },
  };
}

/** A pod that the run did not create, without its variables, arguments, volumes, labels and annotations. */
export function reducedPod(object: KubernetesObject): KubernetesObject {
  return keepFields(object, pod) as KubernetesObject;
}

/**
 * A node, without its addresses, images and annotations.
 * @param selected the labels to keep: those that pods of the run select nodes by
 */
export function reducedNode(object: KubernetesObject, selected: readonly string[]): KubernetesObject {
  return keepFields(object, node(selected)) as KubernetesObject;
}
