import { getFromPod } from '../../helpers/exporter/exporter.ts';
import { verify } from '../../helpers/failure.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { scrapeRunning } from './running.ts';

const name = 'resource-backend';

/** How long the exporter may take to expose the Ingress, in milliseconds. */
const exposureBudget = seconds(20);

/**
 * Creates an Ingress whose backend is a resource instead of a Service, which the API allows, and waits until the exporter exposes it
 * without a restart. Afterwards the Ingress is removed and the exporter answers, even if it had crashed.
 */
export async function survivesResourceBackend(context: RequirementContext): Promise<void> {
  const { scratch, exporter } = context;
  const before = await exporter.pod();
  const ingress = await scratch.create(ingressIn(await scratch.namespace()));
  try {
    await exposesIngress(context, before);
  } finally {
    await scratch.remove(ingress);
    await untilRecovered(context, before);
  }
}

function ingressIn(namespace: string) {
  const backend = { resource: { apiGroup: 'example.com', kind: 'Bucket', name: 'static-files' } };
  const paths = [{ path: '/', pathType: 'Prefix', backend }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { rules: [{ host: 'resource-backend.example.com', http: { paths } }] },
  };
}

async function exposesIngress({ client, exporter, target }: RequirementContext, before: Pod): Promise<void> {
  const { pod } = await waitFor({
    what: `${before.metadata.name} to expose the Ingress ${name}`,
    within: exposureBudget,
    observe: async () => {
      const current = (await exporter.pods()).find(({ metadata }) => metadata.uid === before.metadata.uid);
      const { body } = await getFromPod(client, before, target.ports.metrics.number, '/metrics');
      return { pod: current, isExposed: body.includes(`ingress="${name}"`) };
    },
    until: ({ pod: current, isExposed }) => isExposed || hasRestarted(current, before),
    describe: ({ pod: current }) => `no series of it; ${describePod(current)}`,
  });
  verify(!hasRestarted(pod, before), {
    expected: `${before.metadata.name} running without another restart`,
    actual: describePod(pod),
  });
}

function hasRestarted(current: Pod | undefined, before: Pod): boolean {
  return current === undefined || restarts(current) > restarts(before);
}

/** Replaces a crashed pod, as a new one starts without the back-off of its containers, and waits until the exporter answers. */
async function untilRecovered(context: RequirementContext, before: Pod): Promise<void> {
  const [current] = await context.exporter.pods();
  if (current && hasRestarted(current, before)) await context.client.remove(current);
  await scrapeRunning(context, context.target.ports.metrics);
}
