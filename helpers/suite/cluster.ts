import { formatTaint, sameTaint } from '../cluster/ready.ts';
import type { Profile, Taint } from '../exporter/profile.ts';
import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import { type ExecResult, exec } from '../kube/exec.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { describePod, type Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';

export interface Node extends KubernetesObject {
  readonly spec: { readonly taints?: readonly Taint[]; readonly unschedulable?: boolean };
}

/** The cluster of a run. */
export class Cluster {
  constructor(
    readonly client: KubeClient,
    private readonly profile: Profile,
  ) {}

  /** The cluster's DNS domain: `cluster.local`. */
  get domain(): string {
    return this.profile.cluster.domain;
  }

  async nodes(): Promise<readonly Node[]> {
    return this.client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  }

  /**
   * The node that carries the taint of the profile.
   * @throws RequirementFailure when there is none
   */
  async taintedNode(): Promise<Node & { readonly taint: Taint }> {
    const { taint } = this.profile.cluster;
    if (!taint)
      throw new Error(`The profile ${this.profile.name} expects no taint; a requirement that uses it has the wrong feature.`);
    const nodes = await this.nodes();
    const node = nodes.find(({ spec }) => spec.taints?.some((candidate) => sameTaint(candidate, taint)));
    if (node) return { ...node, taint };
    const found = nodes.map(
      ({ metadata, spec }) => `${metadata.name} with ${spec.taints?.map(formatTaint).join(', ') || 'no taint'}`,
    );
    throw new RequirementFailure(`a node with the taint ${formatTaint(taint)}`, found.join('; ') || 'no node');
  }

  /**
   * Runs a command in a pod's container.
   * @param container the first by default
   * @param within in milliseconds
   */
  async exec(pod: Pod, command: readonly string[], container?: string, within = seconds(20)): Promise<ExecResult> {
    const { name, namespace = 'default' } = pod.metadata;
    const target = container ?? pod.spec.containers[0]?.name ?? '';
    return exec(this.client.connection, { namespace, pod: name, container: target }, command, within);
  }

  /** The whole log of a container, the first by default. */
  async log(pod: Pod, container?: string, query: { previous?: boolean } = {}): Promise<string> {
    const { name, namespace } = pod.metadata;
    const source = container ?? pod.spec.containers[0]?.name ?? '';
    return this.client.call<string>('GET', `/api/v1/namespaces/${namespace}/pods/${name}/log`, {
      query: { container: source, ...query },
      responseType: 'text',
    });
  }
}

/** What a pod of the cluster received for a URL: the body, or its shell's reason why there is none. */
export type Download = { readonly body: string } | { readonly refusal: string };

/**
 * What became of the connection of a download: a server that answers with an error, or only over TLS, has accepted it. A pod gets no
 * answer at all from a port that a NetworkPolicy closes.
 */
export function connectionOf(download: Download): 'open' | 'refused' | 'silent' {
  if ('body' in download) return 'open';
  if (/refused/i.test(download.refusal)) return 'refused';
  return /exit code|unreachable|timed out|no route/i.test(download.refusal) ? 'silent' : 'open';
}

/** Requests a URL in a pod, for 5 s at most. */
export async function wget(cluster: Pick<Cluster, 'exec'>, pod: Pod, url: string): Promise<Download> {
  const { exitCode, stdout, stderr } = await cluster.exec(pod, ['timeout', '5', 'wget', '-q', '-O', '-', url]);
  if (exitCode === 0) return { body: stdout };
  return { refusal: `no answer in ${describePod(pod)}: ${stderr.trim() || `exit code ${exitCode}`}` };
}
