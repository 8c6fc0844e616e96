import type { KubeClient } from '../../helpers/kube/client.ts';
import { isReady } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { slicesOf } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** The names of the pods in the EndpointSlices of a Service. */
export async function podsBehind(client: KubeClient, namespace: string, service: string): Promise<readonly string[]> {
  const slices = await slicesOf(client, namespace, service);
  return slices.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ targetRef }) => targetRef?.name ?? []);
}

/**
 * Creates a pod of another application whose other labels are the exporter's, and a control Service that selects it.
 * @returns whether the exporter's Service leads to that pod once the control Service does
 */
export async function selectsBystander({ client, target, scratch, run, profile }: RequirementContext): Promise<boolean> {
  const { namespace } = target;
  const name = `bystander-${run.id}`;
  const labels = { ...profile.promises.labels, 'app.kubernetes.io/name': 'bystander', 'conformance/bystander': run.id };
  const pod = await scratch.pod({ name, namespace, labels, spec: tolerating(profile) });
  const controlService = await scratch.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: 'None', selector: { 'conformance/bystander': run.id }, ports: [{ port: 1 }] },
  });
  try {
    await scratch.podUntil(pod, `the bystander ${name} Ready`, isReady, seconds(30));
    await waitFor({
      what: `the control Service ${name} to lead to its pod`,
      within: seconds(20),
      observe: () => podsBehind(client, namespace, name),
      until: (names) => names.includes(name),
      describe: (names) => names.join(', ') || 'no pod',
    });
    return (await podsBehind(client, namespace, target.service.metadata.name)).includes(name);
  } finally {
    await Promise.all([scratch.remove(pod), scratch.remove(controlService)]);
  }
}
