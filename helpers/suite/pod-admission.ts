import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { RawObject } from '../kube/object.ts';
import type { PodKind, PodRefusals } from './record.ts';

const kindWords: Readonly<Record<PodKind, string>> = {
  'control-pod': 'a control pod',
  neighbour: 'a control pod beside the exporter',
  prometheus: 'a Prometheus',
  'host-network-pod': "a pod on the host's network",
  inspector: "the container that inspects the exporter's process",
};

/** How admission refuses: Pod Security and Gatekeeper with 403, Kyverno with 400, a ValidatingAdmissionPolicy with 422. */
const refusals = [400, 403, 422];

/** A webhook with side effects says so instead of answering: whether it would admit the pod is then unknown. */
const noAnswer = /does not support dry run/;

export function isRefusal({ status }: ApiError): boolean {
  return refusals.includes(status);
}

/**
 * Learns by dry run which kinds of pod the API server would refuse; nothing is stored.
 * Source: Kubernetes, API concepts: dry run, for which admission is executed.
 * @param pods one that stands for each kind, in a namespace that is there and in which pods can be made
 * @returns a sentence for each kind that is refused
 */
export async function refusedPods(client: KubeClient, pods: Readonly<Partial<Record<PodKind, RawObject>>>): Promise<PodRefusals> {
  const answers = await Promise.all(
    (Object.entries(pods) as [PodKind, RawObject][]).map(async ([kind, pod]) => {
      const words = await refusalOf(client, pod);
      return words === undefined ? [] : [[kind, notAdmitted(kind, pod.metadata.namespace ?? '', words)]];
    }),
  );
  return Object.fromEntries(answers.flat());
}

/** The sentence that says why a kind of pod cannot be made: the namespace, the Pod Security level, and the API server's words. */
export function notAdmitted(kind: PodKind, namespace: string, words: string): string {
  const what = `${kindWords[kind]} in the namespace ${namespace}`;
  return `${forbids(words)} ${what}: ${words}`;
}

/** `Pod Security (baseline) forbids`; what else refuses is named by its own words. */
export function forbids(words: string): string {
  const level = /violates PodSecurity "(\w+):/.exec(words)?.[1];
  return level === undefined ? 'The API server refuses' : `Pod Security (${level}) forbids`;
}

async function refusalOf(client: KubeClient, pod: RawObject): Promise<string | undefined> {
  try {
    await client.create(pod, { dryRun: 'All' });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError && isRefusal(error))) throw error;
    return noAnswer.test(error.details) ? undefined : error.details;
  }
}
