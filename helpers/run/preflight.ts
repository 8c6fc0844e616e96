import { inspector } from '../../specs/hardening/inspector.ts';
import type { Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { prometheusObjects } from '../prometheus/pod.ts';
import { controlPod } from '../suite/control-pod.ts';
import { fixtureContext } from '../suite/fixtures.ts';
import { refusedPods } from '../suite/pod-admission.ts';
import type { PodRefusals } from '../suite/record.ts';
import type { RunState } from '../suite/run-state.ts';
import { podsCanBeCreated } from '../suite/scratch.ts';

type Needed = Pick<RunState, 'id' | 'workloadImage' | 'prometheusImage'>;

/**
 * Learns what the run could not make: a Prometheus in the namespaces of its own, which all have the same policy, and control pods and
 * the inspector beside the exporter. It takes both namespaces, so that it comes after the manifests and the fixtures.
 */
export async function preflight(client: KubeClient, { namespace, container }: Target, run: Needed): Promise<PodRefusals> {
  const { id, workloadImage: image, prometheusImage } = run;
  const name = `preflight-${id}`;
  const own = fixtureContext(run).namespace;
  const { pod: prometheus } = prometheusObjects({ namespace: own, name, image: prometheusImage, files: {} });
  const beside = (await client.find({ apiVersion: 'v1', kind: 'Namespace', name: namespace })) !== undefined;
  if (!beside) return refusedPods(client, { prometheus });
  await podsCanBeCreated(client, namespace);
  // An ephemeral container is held to what any container is.
  const { targetContainerName: _, ...inspecting } = inspector(name, container.name, image);
  return refusedPods(client, {
    prometheus,
    neighbour: controlPod(image, { name, namespace }),
    inspector: controlPod(image, { name, namespace, container: inspecting }),
  });
}
