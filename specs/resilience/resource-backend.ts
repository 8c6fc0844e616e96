import { getFromPod } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import { verify } from '../../helpers/failure.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { instancesOf } from '../../helpers/suite/scrape.ts';
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
  const { scratch } = context;
  const before = await instancesOf(context);
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

/** Every shard reads every Ingress, and one of them exposes it. */
async function exposesIngress({ client }: RequirementContext, before: readonly Instance[]): Promise<void> {
  const names = before.map(({ pod }) => pod.metadata.name).join(' or ');
  const observed = await waitFor({
    what: `${names} to expose the Ingress ${name}`,
    within: exposureBudget,
    observe: () => Promise.all(before.map((instance) => observe(client, instance))),
    until: (current) => current.some(({ isExposed }) => isExposed) || current.some(({ restarted }) => restarted),
    describe: (current) => `no series of it; ${current.map(({ pod }) => describePod(pod)).join('; ')}`,
  });
  verify(!observed.some(({ restarted }) => restarted), {
    expected: `${names} running without another restart`,
    actual: observed.map(({ pod }) => describePod(pod)).join('; '),
  });
}

async function observe(client: KubeClient, { exporter, pod: before }: Instance) {
  const pod = (await exporter.pods()).find(({ metadata }) => metadata.uid === before.metadata.uid);
  const { body } = await getFromPod(client, before, exporter.target.ports.metrics.number, '/metrics');
  return { pod, isExposed: body.includes(`ingress="${name}"`), restarted: hasRestarted(pod, before) };
}

function hasRestarted(current: Pod | undefined, before: Pod): boolean {
  return current === undefined || restarts(current) > restarts(before);
}

/** Replaces crashed pods, as a new one starts without the back-off of its containers, and waits until the exporter answers. */
async function untilRecovered(context: RequirementContext, before: readonly Instance[]): Promise<void> {
  for (const { exporter, pod } of before) {
    const current = (await exporter.pods()).find(({ metadata }) => metadata.name === pod.metadata.name);
    if (current && hasRestarted(current, pod)) await context.client.remove(current);
    await scrapeRunning({ ...context, exporter }, exporter.target.ports.metrics);
  }
}
