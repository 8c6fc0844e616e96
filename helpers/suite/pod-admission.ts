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

/** The message of a webhook with side effects, which answers no dry run: whether it admits the pod is then unknown. */
const noAnswer = /does not support dry run/;

/** Whether an error may be a refusal of admission. */
export function isRefusal({ status }: ApiError): boolean {
  return refusals.includes(status);
}

/**
 * Finds out by dry run which kinds of pods the API server refuses; nothing is stored.
 * Source: Kubernetes, API concepts: dry run, for which admission is executed.
 * @param pods a pod of each kind, in a namespace that exists and has its default ServiceAccount
 * @returns a sentence for each kind that is refused
 */
export async function refusedPods(client: KubeClient, pods: Readonly<Partial<Record<PodKind, RawObject>>>): Promise<PodRefusals> {
  const answers = await Promise.all(
    (Object.entries(pods) as [PodKind, RawObject][]).map(async ([kind, pod]) => {
      const message = await refusalOf(client, pod);
      return message === undefined ? [] : [[kind, notAdmitted(kind, pod.metadata.namespace ?? '', message)]];
    }),
  );
  return Object.fromEntries(answers.flat());
}

/** Why a kind of pod cannot be created, as a sentence: the Pod Security level, the namespace, and the API server's message. */
export function notAdmitted(kind: PodKind, namespace: string, message: string): string {
  const what = `${kindWords[kind]} in the namespace ${namespace}`;
  return `${forbids(message)} ${what}: ${message}`;
}

/** `Pod Security (baseline) forbids`, or `The API server refuses` for any other policy. */
export function forbids(message: string): string {
  const level = /violates PodSecurity "(\w+):/.exec(message)?.[1];
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
