import { getPastTheProxy } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import { isGuarded, isSecured } from '../../helpers/exporter/secured.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, RequirementFailure } from '../../helpers/failure.ts';
import { wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { instancesOf, scrape } from '../../helpers/suite/scrape.ts';
import { discoveredPort, urlOf } from './discovery.ts';

/** The names of the families in the body of a scrape. */
export async function familiesOf(body: string): Promise<ReadonlySet<string>> {
  const { exposition } = await readExposition(body, { format: 'text' });
  return new Set(exposition.families.keys());
}

/** Reads the families that a process of the exporter exposes. */
type ReadFamilies = (context: RequirementContext, instance: Instance) => Promise<ReadonlySet<string>>;

/** By port-forward, which does not use the API server's HTTP proxy. */
export const byPortForward: ReadFamilies = async ({ client }, { exporter, pod }) =>
  familiesOf((await getPastTheProxy(client, pod, exporter.target.ports.metrics.number, '/metrics')).body);

/** By a scrape through the API server. */
export const byScrape: ReadFamilies = async ({ client }, { exporter, pod }) =>
  new Set((await scrape(client, pod, exporter.target.ports.metrics.number)).exposition.families.keys());

/**
 * Compares families with those of the processes behind the exporter's Service, of which a request through it reaches any. Shards have
 * different families, as a family has headers only with an object.
 * @returns the differences from the process that is most alike, none where one has the same families; and how many families that has
 */
export async function familyFaults(
  context: RequirementContext,
  actual: ReadonlySet<string>,
  read: ReadFamilies,
): Promise<{ readonly faults: readonly string[]; readonly families: number }> {
  const { name } = context.target.service.metadata;
  const behind = context.workloads.filter(({ target }) => target.service.metadata.name === name);
  const compared = (await instancesOf({ workloads: behind })).map(async (instance) => {
    const expected = await read(context, instance);
    const common = [...expected].filter((family) => actual.has(family)).length;
    return { common, families: expected.size, faults: familyDifferences(actual, expected) };
  });
  const [closest] = (await Promise.all(compared)).sort((a, b) => a.faults.length - b.faults.length || b.common - a.common);
  return closest ?? { faults: [`no process of the exporter behind ${name}`], families: 0 };
}

/**
 * Scrapes a port of the exporter as Prometheus does: from a pod of another namespace, at an address from discovery.
 * @returns the URL of the scrape, and its families
 * @throws RequirementFailure with the pod's error when there is no response
 */
export async function familiesInTheCluster(
  context: RequirementContext,
  purpose: 'metrics' | 'telemetry',
): Promise<{ readonly url: string; readonly families: ReadonlySet<string> }> {
  const { cluster, profile, run, scratch, target } = context;
  const port = target.ports[purpose];
  if (isSecured(target, port) || isGuarded(target, port)) {
    throw new NotApplicable(
      `A pod's shell has neither TLS nor a token for the port ${port.name}; secured/with-the-right scrapes it.`,
    );
  }
  const url = urlOf(await discoveredPort(context, purpose), '/metrics');
  const name = `consumer-of-${purpose}-${run.id}`;
  const labels = profile.promises.scraperLabels ?? {};
  const pod = await scratch.running(await scratch.pod({ name, labels, spec: tolerating(profile) }));
  const response = await wget(cluster, pod, url);
  if (!('body' in response)) {
    throw new RequirementFailure(`a response of ${url} in a pod of another namespace`, response.refusal);
  }
  return { url, families: await familiesOf(response.body) };
}

/** The missing and the unexpected families, a phrase each: `1 missing: kube_pod_info`. */
export function familyDifferences(actual: ReadonlySet<string>, expected: ReadonlySet<string>): readonly string[] {
  const missing = [...expected].filter((name) => !actual.has(name));
  const unexpected = [...actual].filter((name) => !expected.has(name));
  return [
    ...(missing.length > 0 ? [`${missing.length} missing: ${missing.slice(0, 5).join(', ')}`] : []),
    ...(unexpected.length > 0
      ? [`${unexpected.length} that the exporter does not have: ${unexpected.slice(0, 5).join(', ')}`]
      : []),
  ];
}
