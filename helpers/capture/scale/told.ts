import { ask } from '../../exporter/exporter.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Pod } from '../../kube/pod.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { Load } from './load.ts';

/** Waits until the exporter tells of the whole load. */
export async function exporterTellsOf(
  client: KubeClient,
  target: Target,
  pod: Pod,
  namespace: string,
  load: Load,
): Promise<void> {
  const wanted = [load.pods, load.configMaps, load.services];
  await waitFor({
    what: `${wanted.join(', ')} pods, config maps and services of the load`,
    within: seconds(120),
    every: 1000,
    observe: async () => {
      const { body } = await ask(client, pod, target.ports.metrics.number, '/metrics');
      return ['kube_pod_info', 'kube_configmap_info', 'kube_service_info'].map((family) =>
        count(body, `${family}{namespace="${namespace}"`),
      );
    },
    until: (seen) => seen.every((number, index) => number >= (wanted[index] ?? 0)),
    describe: (seen) => seen.join(', '),
  });
}

function count(text: string, beginning: string): number {
  return text.split('\n').filter((line) => line.startsWith(beginning)).length;
}
