import { reachedAt } from '../../helpers/exporter/ports.ts';
import { admittedLabels, policiesOf } from '../../helpers/exporter/secured.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { type Labels, type Service, selects } from '../../helpers/kube/workload.ts';
import { connectionOf, wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { NotObserved, seconds, waitFor } from '../../helpers/wait.ts';
import { visitorPod } from './findings.ts';

/** How long a network plugin may take to enforce a new policy, in milliseconds. */
const enforcement = seconds(15);

/**
 * Verifies that a pod with the labels of the scraper that the manifests' NetworkPolicy names reaches each port of the Service.
 * @returns a sentence for the report
 * @throws NotApplicable without such a policy, or where the cluster enforces none; RequirementFailure with each port that is closed
 */
export async function admitsItsScraper(context: RequirementContext): Promise<string> {
  const { cluster, exporter, profile, run, scratch, target } = context;
  const policies = policiesOf(target);
  if (policies.length === 0) throw new NotApplicable('The manifests have no NetworkPolicy that selects the exporter.');
  const labels = admittedLabels(policies);
  if (labels === undefined) throw new NotApplicable('The NetworkPolicy names no scraper by labels in its own namespace.');
  await selectedByNoService(context, labels);
  if (!(await isEnforced(context))) {
    throw new NotApplicable('The cluster enforces no NetworkPolicy: a pod was reached although one of the run denied it.');
  }
  const { namespace } = target;
  const scraper = await scratch.running(
    await scratch.pod({ name: `scraper-${run.id}`, namespace, labels, spec: tolerating(profile) }),
  );
  const { podIP = '' } = (await exporter.servedPod()).status ?? {};
  const published = Object.values(target.ports).filter(({ servicePort }) => servicePort !== undefined);
  const reached = await Promise.all(
    published.map(async (port) => {
      const address = `${podIP}:${reachedAt(port)}`;
      return { address, connection: connectionOf(await wget(cluster, scraper, `http://${address}/metrics`)) };
    }),
  );
  await scratch.remove(scraper);
  const actual = reached.map(({ address, connection }) => `${address} ${connection}`).join(', ');
  verify(
    reached.every(({ connection }) => connection === 'open'),
    { expected: `every port of the Service open to a pod with the labels ${JSON.stringify(labels)}`, actual },
  );
  return actual;
}

/** @throws NotApplicable where a pod with these labels would become an endpoint of a Service, and so disturb its clients */
async function selectedByNoService({ client, target }: RequirementContext, labels: Labels): Promise<void> {
  const services = await client.list<Service>({ apiVersion: 'v1', kind: 'Service', namespace: target.namespace });
  const selecting = services.find(({ spec }) => selects(spec.selector, labels));
  if (selecting) throw new NotApplicable(`The Service ${selecting.metadata.name} would select a pod with the scraper's labels.`);
}

/** Whether a NetworkPolicy of the run that denies everything closes a copy of the exporter to another pod, which reached it before. */
async function isEnforced(context: RequirementContext): Promise<boolean> {
  const { run, scratch, target } = context;
  const labels = { 'conformance/denied': run.id };
  const copy = await copyOfExporter(context, { name: 'denied', labels });
  const visitor = await visitorPod(context, 'denied-visitor');
  await connectionUntil(context, visitor, copy, 'open', seconds(60));
  const policy = await scratch.create({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `denied-${run.id}`, namespace: target.namespace },
    spec: { podSelector: { matchLabels: labels }, policyTypes: ['Ingress'] },
  });
  try {
    await connectionUntil(context, visitor, copy, 'closed', enforcement);
    return true;
  } catch (error) {
    if (error instanceof NotObserved) return false;
    throw error;
  } finally {
    for (const object of [policy, copy, visitor]) await scratch.remove(object);
  }
}

async function connectionUntil(
  { client, cluster, target }: RequirementContext,
  visitor: Pod,
  copy: Pod,
  state: 'open' | 'closed',
  within: number,
): Promise<void> {
  const { namespace = 'default', name } = copy.metadata;
  const port = reachedAt(target.ports.metrics);
  await waitFor({
    what: `port ${port} of ${name} ${state} to another pod`,
    within,
    observe: async () => {
      const { status } = await client.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      if (status?.podIP === undefined) return 'without an address';
      return connectionOf(await wget(cluster, visitor, `http://${status.podIP}:${port}/metrics`));
    },
    until: (connection) => (state === 'open') === (connection === 'open') && connection !== 'without an address',
    describe: (connection) => connection,
  });
}
