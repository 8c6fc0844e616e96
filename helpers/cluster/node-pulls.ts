import { InfrastructureError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import type { Pod } from '../kube/pod.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { ImageUnavailable, isFinalRefusal } from './local-images.ts';
import type { MissingImage } from './node-images.ts';

/** Images that the nodes pull themselves, with their mirrors and credentials. */
export interface NodePulls {
  readonly images: readonly string[];
  /** Which of them which node does not have yet. */
  missing(): Promise<readonly MissingImage[]>;
  /** Receives progress lines. */
  note(line: string): void;
}

/** How long a node may fail to pull before it is given up: the kubelet tries again after 10 s, and 20 s later. */
const failureBudget = seconds(60);

/** No line is too slow for an image as long as the kubelet has not failed. */
const longestPull = seconds(4 * 3600);

/**
 * Has every node pull images, with a DaemonSet whose containers cannot start, and waits until each node lists them.
 * @throws ImageUnavailable with the kubelet's words: at once where they are final, else when it has failed for a minute
 */
export async function pullOnNodes(client: KubeClient, objects: OwnedObjects, pulls: NodePulls): Promise<void> {
  const { images, note } = pulls;
  if ((await pulls.missing()).length === 0) return;
  const name = `conformance-${objects.run}-images`;
  const begun = performance.now();
  note(`pulled by the nodes: ${images.join(', ')}`);
  await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  await objects.create(pullingDaemonSet(name, images));
  const failures = new PullFailures(note);
  await waitFor({
    what: `${images.join(', ')} in every node`,
    within: longestPull,
    every: seconds(1),
    observe: async () => {
      const missing = await pulls.missing();
      const states = await pullStates(client, name);
      failures.observe(new Map([...states].filter(([image]) => missing.some((candidate) => candidate.image === image))));
      return missing;
    },
    until: (missing) => missing.length === 0,
    describe: (missing) => missing.map(({ image, node }) => `${node} lacks ${image}`).join(', '),
  });
  note(`every node has them after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await removeNamespace(client, name);
}

/** How long a pod may take until the kubelet pulls for it; one that no node takes never gets there. */
const pullStartBudget = seconds(20);

/**
 * Waits while a kubelet pulls an image for pods of a namespace, so that the budgets of what is verified there begin with the image on the node.
 * It ends where nothing is pulled within 20 s: the image may be there, or no node take the pods.
 * @throws ImageUnavailable with the kubelet's words: at once where they are final, else when it has failed for a minute
 */
export async function waitWhilePulled(
  client: KubeClient,
  namespace: string,
  image: string,
  note: NodePulls['note'],
): Promise<void> {
  const begun = performance.now();
  const failures = new PullFailures(note);
  await waitFor({
    what: `the image ${image} pulled for the pods of ${namespace}`,
    within: longestPull,
    every: seconds(1),
    observe: async () => {
      const state = (await pullStates(client, namespace)).get(image);
      failures.observe(new Map(state ? [[image, state]] : []));
      return state;
    },
    until: (state) => (state ? state.is === 'pulled' : performance.now() - begun >= pullStartBudget),
    describe: (state) => state?.is ?? 'no kubelet has begun',
  });
}

/** How long each image has failed, and whether that is enough to give up. */
class PullFailures {
  readonly #since = new Map<string, number>();

  constructor(private readonly note: NodePulls['note']) {}

  /** @throws ImageUnavailable */
  observe(states: ReadonlyMap<string, PullState>): void {
    for (const image of [...this.#since.keys()]) if (states.get(image)?.is !== 'failed') this.#since.delete(image);
    for (const [image, { is, words }] of states) {
      if (is !== 'failed') continue;
      if (isFinalRefusal(words)) throw new ImageUnavailable(image, words);
      const since = this.#since.get(image);
      if (since === undefined) {
        this.note(`${image}: ${words}; the kubelet tries again`);
        this.#since.set(image, performance.now());
      } else if (performance.now() - since >= failureBudget) {
        throw new ImageUnavailable(image, `${words} (for ${failureBudget / 1000} s)`, false);
      }
    }
  }
}

/** The command does not exist in any image: only the pull is of use. */
function pullingDaemonSet(namespace: string, images: readonly string[]) {
  const labels = { app: 'image-pull' };
  const containers = images.map((image, index) => ({
    name: `image-${index}`,
    image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/conformance/pulls-only'],
  }));
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'image-pull', namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          tolerations: [{ operator: 'Exists' }],
          containers,
        },
      },
    },
  };
}

interface PodEvent extends KubernetesObject {
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject?: { readonly uid?: string; readonly fieldPath?: string };
  readonly lastTimestamp?: string;
}

interface PullState {
  readonly is: 'pulling' | 'failed' | 'pulled';
  /** The kubelet's last message. */
  readonly words: string;
}

/** What the kubelets last did about the image of each container of a namespace; the worst, where pods differ. */
async function pullStates(client: KubeClient, namespace: string): Promise<ReadonlyMap<string, PullState>> {
  const [events, pods] = await Promise.all([
    readableEvents(client, namespace),
    client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace }),
  ]);
  const rank = { pulled: 0, pulling: 1, failed: 2 };
  const states = new Map<string, PullState>();
  for (const pod of pods) {
    for (const { name, image } of pod.spec.containers) {
      const state = pullState(pod, name, events);
      const known = states.get(image);
      if (state && (!known || rank[state.is] > rank[known.is])) states.set(image, state);
    }
  }
  return states;
}

/** A caller who may not list events has the pods' own words. */
async function readableEvents(client: KubeClient, namespace: string): Promise<readonly PodEvent[]> {
  try {
    return await client.list<PodEvent>({ apiVersion: 'v1', kind: 'Event', namespace });
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}

/**
 * @param name the container's
 * @returns undefined where no kubelet has begun. A pod's state alone would hide an attempt: it remains ImagePullBackOff during the next one,
 *   and shows the registry's words only before the first pause
 */
function pullState({ metadata, status }: Pod, name: string, events: readonly PodEvent[]): PullState | undefined {
  const container = status?.containerStatuses?.find((candidate) => candidate.name === name);
  const { running, terminated, waiting } = container?.state ?? {};
  const { reason = '', message = '' } = waiting ?? {};
  const isPullReason = ['ErrImagePull', 'ImagePullBackOff'].includes(reason);
  if (running || terminated || (waiting && !isPullReason && !['ContainerCreating', 'PodInitializing'].includes(reason)))
    return { is: 'pulled', words: '' };
  const last = events
    .filter((event) => event.involvedObject?.uid === metadata.uid)
    .filter(({ involvedObject }) => involvedObject?.fieldPath === `spec.containers{${name}}`)
    .flatMap((event) => {
      const is = pullStep(event);
      return is ? [{ is, words: registryWords(event.message ?? ''), at: event.lastTimestamp ?? '' }] : [];
    })
    // Events have whole seconds: a failure in the second of its attempt came after it.
    .sort((first, second) => first.at.localeCompare(second.at) || stepOrder[first.is] - stepOrder[second.is])
    .at(-1);
  return last ?? (isPullReason ? { is: 'failed', words: `${reason}: ${message}` } : undefined);
}

const stepOrder = { pulling: 0, failed: 1, pulled: 2 };

/** Source: Kubernetes, pkg/kubelet/events. */
function pullStep({ reason, message = '' }: PodEvent): PullState['is'] | undefined {
  if (reason === 'Pulling') return 'pulling';
  if (reason === 'Pulled') return 'pulled';
  return reason === 'Failed' && message.startsWith('Failed to pull image') ? 'failed' : undefined;
}

/** A message without the image's name, which is repeated, and the runtime's code. */
function registryWords(message: string): string {
  return message.replace(/^Failed to pull image "[^"]*": (?:rpc error: code = \w+ desc = )?/, '');
}

/** Removes the pods that pulled before anything is verified that counts pods. */
async function removeNamespace(client: KubeClient, name: string): Promise<void> {
  const reference = { apiVersion: 'v1', kind: 'Namespace', name };
  const namespace = await client.find(reference);
  if (namespace) await client.remove(namespace);
  try {
    await waitFor({
      what: `the removal of the namespace ${name}`,
      within: seconds(60),
      observe: () => client.find(reference),
      until: (found) => found === undefined,
      describe: (found) => JSON.stringify(found?.['status' as keyof typeof found] ?? 'it exists'),
    });
  } catch (error) {
    if (error instanceof NotObserved) throw new InfrastructureError(`The cluster did not become ready: ${error.message}.`);
    throw error;
  }
}
