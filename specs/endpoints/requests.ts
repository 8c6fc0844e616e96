import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { flagsOf } from '../../helpers/catalogue/flags.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { type Answer, accept, type ReceivedAnswer, scrapeCompressed } from '../../helpers/exporter/exporter.ts';
import type { InstalledTarget } from '../../helpers/exporter/installed.ts';
import { lacksSamples } from '../../helpers/exporter/paths.ts';
import { argumentsOf, type ExporterPort, reachedAt } from '../../helpers/exporter/ports.ts';
import { countedReads, type Readable } from '../../helpers/exporter/reads.ts';
import { isGuarded, isSecured } from '../../helpers/exporter/secured.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { builtVersions, goTypeOf, readSuccesses, readTelemetry } from '../../helpers/exporter/telemetry.ts';
import { familiesWithSamples } from '../../helpers/exposition/read.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { inTurn } from '../../helpers/suite/read-objects.ts';
import { formatVersion } from '../../helpers/version.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the endpoints of the Service may take to include the exporter's pod once it is Ready, in milliseconds. */
const endpointsBudget = seconds(10);

/** How long the first lists may take after the exporter is Ready, in milliseconds; until then it may answer without samples. */
const firstLists = seconds(10);

/**
 * Scrapes the exporter, again while the answer has headers at most: a process that has just started has no samples.
 * @returns the first answer that has a sample or is no exposition
 */
export async function firstScrape(exporter: InstalledTarget): Promise<ReceivedAnswer> {
  const { answer: scraped } = await waitFor({
    what: 'a scrape with samples of the cluster',
    within: firstLists,
    observe: async () => {
      const answer = await exporter.metricsPort('/metrics', { Accept: accept.text });
      return { answer, isEarly: await lacksSamples(answer) };
    },
    until: ({ isEarly }) => !isEarly,
    describe: ({ answer: { status, contentType, source } }) => `${status} ${contentType}, ${source.length} bytes and no sample`,
  });
  return scraped;
}

/**
 * An exporter of the pods without a node has no sample where every pod has one, as it should be in a cluster at rest.
 * @throws NotApplicable if there is no such pod
 */
export async function exposesObjects({ client, target }: Pick<RequirementContext, 'client' | 'target'>): Promise<void> {
  // The arguments of the target are those of an exporter that exposes everything.
  if (flagsOf(argumentsOf(target.container)).get('track-unscheduled-pods')?.at(-1) !== 'true') return;
  const waiting = await client.list({ apiVersion: 'v1', kind: 'Pod' }, { fieldSelector: 'spec.nodeName=', limit: 1 });
  if (waiting.length === 0) throw new NotApplicable('Every pod has a node, so that an exporter of the others has no sample.');
}

/**
 * Waits until the exporter answers a request to a port of its Service, which is sent through the API server.
 * @param isExporters whether a response is the exporter's; that of a port which requires a token is 401
 */
export async function serviceLeadsTo(
  { client, exporter, target }: RequirementContext,
  port: ExporterPort,
  path: string,
  isExporters: (answer: Answer) => boolean,
): Promise<void> {
  const { namespace, service } = target;
  const { name, servicePort = reachedAt(port), front } = port;
  const scheme = isSecured(target, port) ? 'https:' : '';
  const proxy = `/api/v1/namespaces/${namespace}/services/${scheme}${service.metadata.name}:${servicePort}/proxy${path}`;
  // The API server passes no token on. A Service answers with 503, and the API server itself with JSON.
  const isRefusal = ({ status, body }: Answer) => status === 401 && !body.startsWith('{');
  await exporter.servedPod();
  const needsToken = front !== undefined || (path === '/metrics' && isGuarded(target, port));
  await waitFor({
    what: `${path} of the exporter through port ${name} (${servicePort}) of its Service`,
    within: endpointsBudget,
    observe: async () => {
      const response = await client.answer<string>('GET', proxy, { responseType: 'text' });
      const contentType = String(response.headers['content-type'] ?? '');
      return { status: response.status, contentType, body: String(response.data) };
    },
    until: needsToken ? isRefusal : isExporters,
    describe: ({ status, body }) => `${status}: ${JSON.stringify(body.slice(0, 300))}`,
  });
}

/** @returns the Content-Encoding of the response to a scraper that accepts gzip: `gzip`, or `none` without one */
export async function encodingOfScrape({ client, exporter, target }: RequirementContext): Promise<string> {
  const { encoding } = await scrapeCompressed(client, await exporter.pod(), target.ports.metrics.number);
  return encoding || 'none';
}

/**
 * Waits until each resource that the exporter reads and the cluster serves has been read, according to the exporter's counters of lists
 * and watches or to samples of its objects.
 * @returns the number of resources
 */
export async function everythingIsRead({ client, exporter, run, target }: RequirementContext): Promise<number> {
  const reads = countedReads(target, client.mapper);
  await waitFor({
    what: `${reads.length} resources read, according to list and watch counters or to samples`,
    within: firstLists,
    observe: async () => {
      const successes = readSuccesses(await readTelemetry(exporter));
      const uncounted = reads.filter((resource) => !successes.has(goTypeOf(resource)));
      if (uncounted.length === 0) return [];
      const families = await inTurn(run, async () =>
        familiesWithSamples((await exporter.metricsPort('/metrics')).source, 'text'),
      );
      return uncounted.filter((resource) => !hasSamples(families, resource, target));
    },
    until: (unread) => unread.length === 0,
    describe: (unread) =>
      unread.map((resource) => `${goTypeOf(resource)}: no successful list or watch, and no sample`).join('\n'),
  });
  return reads.length;
}

function hasSamples(families: ReadonlySet<string>, { resource }: Readable, { version, arguments: args }: Target): boolean {
  const exposed = exposedResources(tables, version, parseExporterArguments(args)).find(
    ({ table }) => table.resource === resource,
  );
  return (exposed?.rows ?? []).some(({ name }) => families.has(name));
}

/**
 * Reads the release that runs from the exporter's self metrics.
 * @returns the release: `v2.19.0`
 * @throws RequirementFailure when it is not the release of the image's tag
 */
export async function runningRelease({ exporter, target }: RequirementContext): Promise<string> {
  const built = builtVersions(await readTelemetry(exporter));
  const expected = formatVersion(target.version);
  verify(built.length === 1 && built[0]?.split(/[-+]/)[0] === expected, {
    expected: `${expected} of ${target.image} in kube_state_metrics_build_info`,
    actual: built.join(', ') || 'no kube_state_metrics_build_info',
  });
  return built.join();
}
