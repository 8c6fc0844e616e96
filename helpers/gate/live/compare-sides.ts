import { takeInventory } from '../../accounting/inventory.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { tables } from '../../catalogue/resources/index.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import type { ResourceMapper } from '../../kube/reference.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import { familyName, type Surface } from '../../prometheus/rules/surface.ts';
import type { Phases } from '../../run/run-context.ts';
import { type FixtureRun, fixturesSettled } from '../../suite/fixtures.ts';
import { parseVersion } from '../../version.ts';
import { seconds } from '../../wait.ts';
import type { Measure } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { gateEndpoints } from '../endpoints/gate-endpoints.ts';
import { gateTelemetry } from '../endpoints/gate-telemetry.ts';
import type { GateOptions } from '../options.ts';
import { gatePermissions } from '../permissions.ts';
import type { Extent, ScrapeFacts, SeriesCount } from '../report/model.ts';
import type { SourceCounts } from '../rules/coverage.ts';
import { evaluateRules, hasEvaluated } from '../rules/evaluate.ts';
import { type JudgedSources, judgeSources } from '../rules/gate-rules.ts';
import { gateResults } from '../rules/results.ts';
import { ruleContext } from '../rules/rule-context.ts';
import { deriveTargetLabels, type GivenTarget } from '../rules/target-labels.ts';
import type { ScrapedSide } from '../surface/expected.ts';
import { type GatedSurface, gateFormats, gateScrapes, onlyInOpenMetrics } from '../surface/gate-surface.ts';
import { gateObjects } from '../surface/objects.ts';
import {
  createPrometheuses,
  type EvaluationRequest,
  INTERVAL_SECONDS,
  readyPrometheuses,
  type SidePrometheuses,
} from './evaluate.ts';
import { applyLoad, measureCost } from './measure.ts';
import {
  compareUntilExplained,
  type Reading,
  type RunningSide,
  read,
  requestPaths,
  type Sides,
  telemetryOf,
} from './readings.ts';
import { restart } from './start.ts';

export interface Compared {
  readonly differences: readonly GateDifference[];
  readonly measures: readonly Measure[];
  readonly series: readonly SeriesCount[];
  /** How much there was to compare; undefined where nothing was. */
  readonly extent?: Extent;
  readonly sources: readonly SourceCounts[];
  /** How Prometheus scraped both sides; undefined without rules. */
  readonly scrape?: ScrapeFacts;
  /** What was not compared, a sentence each. */
  readonly notCompared: readonly string[];
}

/** Nothing was compared but what the differences are about. */
export function notCompared(differences: readonly GateDifference[]): Compared {
  return { differences, measures: [], series: [], sources: [], notCompared: [] };
}

export interface CompareRequest {
  readonly client: KubeClient;
  readonly objects: OwnedObjects;
  readonly run: FixtureRun;
  readonly sides: Sides<RunningSide>;
  readonly sources: readonly RuleSource[];
  readonly options: GateOptions;
  /** How the user's own scrape job labels its targets. */
  readonly scrape: GivenTarget;
  readonly prometheusImage: string;
  /** The cluster's DNS domain. */
  readonly domain: string;
  readonly namespace: string;
  readonly phases: Phases;
}

/** Everything that is compared while both exporters run. */
export async function compareSides(request: CompareRequest): Promise<Compared> {
  const { client, run, sides, sources, phases } = request;
  const hasRules = sources.some(({ rules }) => rules.length > 0);
  await phases.run('waiting for the fixtures', () => fixturesSettled(client, run));
  const surface = await phases.run('comparing what they expose', () =>
    compareUntilExplained(async () => {
      const reading = await read(client, sides, 'text');
      return { reading, ...(await gateReading(reading, run.kubernetes)) };
    }),
  );
  const { reading } = surface;
  const surfaces = surfacesOf(reading);
  const evaluation = hasRules ? await beginEvaluation(request, surfaces) : undefined;
  const atRest = await phases.run('measuring their cost', () => measureCost(client, sides, 'at rest'));
  const responses = await requestPaths(client, sides);
  const telemetry = await telemetryOf(client, sides);
  const targets = { old: sides.old.target, new: sides.new.target };
  const judged = judgeSources(sources, {
    ...surfaces,
    changes: surface.changes,
    telemetry: { old: telemetry.old.telemetry, new: telemetry.new.telemetry },
    ...(evaluation && { target: evaluation.request.labels }),
  });
  const results =
    evaluation && (await phases.run('evaluating the rules in Prometheus', () => resultsOf(client, evaluation, judged)));
  const restarted = await phases.run('restarting both', () => restart(client, sides));
  const openmetrics = await phases.run('comparing OpenMetrics', () =>
    openMetricsOf(client, restarted, run.kubernetes, surface.differences),
  );
  const atStart = await measureCost(client, restarted, 'at start');
  const underLoad = await phases.run('measuring under load', () => measureLoad(request, restarted));
  return {
    differences: [
      ...surface.differences,
      ...openmetrics,
      ...objectsOf(reading, run.kubernetes),
      ...judged.differences,
      ...(results?.differences ?? []),
      ...gatePermissions(targets.old, targets.new, client.mapper),
      ...gateEndpoints(targets.old, targets.new, responses),
      ...gateTelemetry(telemetry.old, telemetry.new),
    ],
    measures: [...atRest, ...atStart, ...underLoad],
    series: seriesCounts(surfaces),
    extent: extentOf(reading.scraped, client.mapper),
    sources: judged.sources,
    ...(evaluation && { scrape: scrapeFacts(evaluation.request) }),
    notCompared: results?.unloaded === undefined ? [] : [results.unloaded],
  };
}

/** How long results may differ because the sides are not scraped at the same instant. */
const patience = { within: seconds(10), every: seconds(3) };

interface Evaluation {
  readonly request: EvaluationRequest;
  readonly created: SidePrometheuses;
}

/**
 * Creates both Prometheuses, which start and scrape while other things are compared.
 * @param surfaces of exporters that have read every object: which labels a scrape job adds depends on those that they have
 */
async function beginEvaluation(request: CompareRequest, surfaces: Sides<Surface>): Promise<Evaluation> {
  const { client, objects, sides, sources, scrape, prometheusImage: image, domain, namespace } = request;
  const rules = sources.flatMap((source) => source.rules);
  const labels = deriveTargetLabels(rules, ruleContext(rules, { ...surfaces, changes: [] }), scrape);
  const targets = { old: sides.old.target, new: sides.new.target };
  const evaluation = { objects, image, namespace, domain, targets, labels, sources };
  return { request: evaluation, created: await createPrometheuses(client, evaluation) };
}

async function resultsOf(
  client: KubeClient,
  { request, created }: Evaluation,
  { evaluable, identities }: JudgedSources,
): Promise<{ readonly differences: readonly GateDifference[]; readonly unloaded?: string }> {
  const { prometheuses, ...rest } = await readyPrometheuses(client, request, created);
  await Promise.all(Object.values(prometheuses).map((prometheus) => hasEvaluated(prometheus, INTERVAL_SECONDS)));
  return { differences: gateResults(await evaluateRules(prometheuses, evaluable, patience), identities), ...rest };
}

function scrapeFacts({ labels: { labels, derived, honorLabels } }: EvaluationRequest): ScrapeFacts {
  return { labels, derived: [...derived].filter((name) => labels[name] !== undefined), honorLabels };
}

function surfacesOf({ scraped }: Reading): Sides<Surface> {
  return { old: scraped.old.surface, new: scraped.new.surface };
}

async function measureLoad(
  { client, objects, run, options, namespace }: CompareRequest,
  running: Sides<RunningSide>,
): Promise<readonly Measure[]> {
  if (options.load.size === 0) return [];
  await applyLoad(client, running, { objects, namespace, image: run.workloadImage, load: options.load });
  return measureCost(client, running, 'under load');
}

async function openMetricsOf(
  client: KubeClient,
  sides: Sides<RunningSide>,
  kubernetes: string,
  text: readonly GateDifference[],
): Promise<readonly GateDifference[]> {
  const { formats, differences } = await compareUntilExplained(async () => {
    const reading = await read(client, sides, 'openmetrics');
    const { old, new: now } = reading.scraped;
    const negotiated = ({ exporter, surface }: ScrapedSide) => ({ exporter, format: surface.format });
    const formats = gateFormats(negotiated(old), negotiated(now));
    if (old.surface.format !== 'openmetrics' || now.surface.format !== 'openmetrics') return { formats, differences: [] };
    return { formats, differences: onlyInOpenMetrics((await gateReading(reading, kubernetes)).differences, text) };
  });
  return [...formats, ...differences];
}

function gateReading({ scraped, objects, after }: Reading, kubernetes: string): Promise<GatedSurface> {
  return gateScrapes({ ...scraped, objects, after, kubernetes });
}

function objectsOf({ scraped, objects, after }: Reading, kubernetes: string): readonly GateDifference[] {
  const side = ({ exporter, options, surface }: ScrapedSide) => ({
    release: { exporter: parseVersion(exporter), options },
    surface,
  });
  return gateObjects({ old: side(scraped.old), new: side(scraped.new) }, takeInventory(objects, after), tables, kubernetes);
}

function seriesCounts(surfaces: Sides<Surface>): readonly SeriesCount[] {
  const names = [...new Set([...surfaces.old.families.keys(), ...surfaces.new.families.keys()])].sort();
  const count = (side: 'old' | 'new', family: string) => surfaces[side].families.get(family)?.samples.length ?? 0;
  return names
    .map((family) => ({ family, old: count('old', family), new: count('new', family) }))
    .filter(({ old, new: now }) => old !== now);
}

/** How much of what both sides are to expose they had series of. */
export function extentOf(sides: Sides<ScrapedSide>, mapper: Pick<ResourceMapper, 'serves'>): Extent {
  const exposed = [sides.old, sides.new].flatMap(({ exporter, options, surface: { families, format } }) => {
    const version = parseVersion(exporter);
    return exposedResources(tables, version, options)
      .filter(({ table }) => mapper.serves(table.reads(version).apiVersion, table.reads(version).kind))
      .map(({ table, rows }) => {
        const names = rows.map(({ name }) => familyName(name, format));
        return { resource: table.resource, hasSeries: names.some((name) => (families.get(name)?.samples.length ?? 0) > 0) };
      });
  });
  const resources = new Set(exposed.map(({ resource }) => resource));
  const compared = new Set(exposed.flatMap(({ resource, hasSeries }) => (hasSeries ? [resource] : [])));
  const series = ({ surface }: ScrapedSide) =>
    [...surface.families.values()].reduce((sum, { samples }) => sum + samples.length, 0);
  return {
    old: series(sides.old),
    new: series(sides.new),
    resources: resources.size,
    silent: [...resources].filter((resource) => !compared.has(resource)).sort(),
  };
}
