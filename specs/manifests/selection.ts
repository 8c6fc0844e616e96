import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { isReady } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

interface EndpointSlice extends KubernetesObject {
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly targetRef?: { readonly name: string } }[];
}

/** The names of the pods that a Service leads to, as the cluster itself has worked it out. */
export async function podsBehind(client: KubeClient, namespace: string, service: string): Promise<readonly string[]> {
  const slices = await client.list<EndpointSlice>(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace },
    { labelSelector: `kubernetes.io/service-name=${service}` },
  );
  return slices.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ targetRef }) => targetRef?.name ?? []);
}

/**
 * Puts a pod of another application with the same role beside the exporter, and a Service of its own as a witness.
 * @returns whether the exporter's Service leads to that pod, once the witness does
 */
export async function selectsBystander({ client, target, scratch, run, profile }: RequirementContext): Promise<boolean> {
  const { namespace } = target;
  const name = `bystander-${run.id}`;
  const labels = { ...profile.promises.labels, 'app.kubernetes.io/name': 'bystander', 'conformance/bystander': run.id };
  const pod = await scratch.pod({ name, namespace, labels, spec: tolerating(profile) });
  const witness = await scratch.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: 'None', selector: { 'conformance/bystander': run.id }, ports: [{ port: 1 }] },
  });
  try {
    await scratch.podUntil(pod, `the bystander ${name} Ready`, isReady, seconds(30));
    await waitFor({
      what: `the bystander's own Service to lead to it`,
      within: seconds(20),
      observe: () => podsBehind(client, namespace, name),
      until: (names) => names.includes(name),
      describe: (names) => names.join(', ') || 'no pod',
    });
    return (await podsBehind(client, namespace, target.service.metadata.name)).includes(name);
  } finally {
    await Promise.all([scratch.remove(pod), scratch.remove(witness)]);
  }
}
