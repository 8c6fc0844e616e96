import { getFromPod } from '../../helpers/exporter/exporter.ts';
import { verify } from '../../helpers/failure.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { removePod } from './restart.ts';
import { askRunning } from './running.ts';

const name = 'resource-backend';

/** How long the exporter may take to come by the Ingress, in milliseconds. */
const noticed = seconds(20);

/**
 * Makes an Ingress whose backend is a resource instead of a Service, which the API allows, and waits until the exporter shows it
 * without having been restarted. Whatever comes of it, the Ingress is gone afterwards, and the exporter answers.
 */
export async function survivesResourceBackend(context: RequirementContext): Promise<void> {
  const { scratch, exporter } = context;
  const before = await exporter.pod();
  const ingress = await scratch.create(ingressIn(await scratch.namespace()));
  try {
    await showsIngress(context, before);
  } finally {
    await scratch.remove(ingress);
    await recover(context, before);
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

async function showsIngress({ client, exporter, target }: RequirementContext, before: Pod): Promise<void> {
  const { pod } = await waitFor({
    what: `${before.metadata.name} to show the Ingress ${name}`,
    within: noticed,
    observe: async () => {
      const now = (await exporter.pods()).find(({ metadata }) => metadata.uid === before.metadata.uid);
      const { body } = await getFromPod(client, before, target.ports.metrics.number, '/metrics');
      return { pod: now, isShown: body.includes(`ingress="${name}"`) };
    },
    until: ({ pod: now, isShown }) => isShown || hasEnded(now, before),
    describe: ({ pod: now }) => `no series of it; ${describePod(now)}`,
  });
  verify(!hasEnded(pod, before), { expected: `${before.metadata.name} running on as before`, actual: describePod(pod) });
}

function hasEnded(now: Pod | undefined, before: Pod): boolean {
  return now === undefined || restarts(now) > restarts(before);
}

/** A new pod starts at once, where a container that crashed would be held back for longer each time; that it becomes Ready is the
 * next one's to wait for. */
async function recover(context: RequirementContext, before: Pod): Promise<void> {
  const [now] = await context.exporter.pods();
  if (now && hasEnded(now, before)) await removePod(context, now);
  await askRunning(context, context.target.ports.metrics);
}
