import { getPastTheProxy } from '../../helpers/exporter/exporter.ts';
import { isGuarded, isSecured } from '../../helpers/exporter/secured.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, RequirementFailure } from '../../helpers/failure.ts';
import { wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { discoveredPort, urlOf } from './discovery.ts';

/** The names of the families in the body of a scrape. */
export async function familiesOf(body: string): Promise<ReadonlySet<string>> {
  const { exposition } = await readExposition(body, { format: 'text' });
  return new Set(exposition.families.keys());
}

/** The families that the exporter exposes, read by port-forward, which does not use the API server's HTTP proxy. */
export async function familiesByPortForward({ client, exporter, target }: RequirementContext): Promise<ReadonlySet<string>> {
  const { body } = await getPastTheProxy(client, await exporter.pod(), target.ports.metrics.number, '/metrics');
  return familiesOf(body);
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
  const pod = await scratch.running(await scratch.pod({ name: `consumer-of-${purpose}-${run.id}`, spec: tolerating(profile) }));
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
