import { takeInventory } from '../../accounting/inventory.ts';
import { tables } from '../../catalogue/resources/index.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import type { Prometheus } from '../../prometheus/prometheus.ts';
import type { Rule } from '../../prometheus/rules/rule.ts';
import { surfaceOf } from '../../prometheus/rules/surface.ts';
import type { Phases } from '../../run/run-context.ts';
import { type FixtureRun, fixturesSettled } from '../../suite/fixtures.ts';
import { parseVersion } from '../../version.ts';
import type { Measure } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { gateEndpoints } from '../endpoints/gate-endpoints.ts';
import { gateTelemetry } from '../endpoints/gate-telemetry.ts';
import type { GateOptions } from '../options.ts';
import { gatePermissions } from '../permissions.ts';
import type { SeriesCount } from '../report/model.ts';
import { gateRules } from '../rules/gate-rules.ts';
import { gateResults } from '../rules/results.ts';
import { familiesOf, recordedNames } from '../rules/rule-context.ts';
import { gateFormats, onlyInOpenMetrics } from '../surface/formats.ts';
import { gateSurface } from '../surface/gate-surface.ts';
import { gateObjects } from '../surface/objects.ts';
import type { ScrapedSide } from '../surface/request.ts';
import { askPaths, telemetryOf } from './answers.ts';
import { measureCost } from './cost.ts';
import { evaluateRules } from './evaluate.ts';
import { applyLoad } from './load.ts';
import { scrapesBoth } from './prometheus.ts';
import { compareUntilStill, type Reading, type RunningSide, read, type Sides } from './readings.ts';
import { restart } from './restart.ts';

export interface Compared {
  readonly differences: readonly GateDifference[];
  readonly measures: readonly Measure[];
  readonly series: readonly SeriesCount[];
}

export interface CompareRequest {
  readonly client: KubeClient;
  readonly objects: OwnedObjects;
  readonly run: FixtureRun;
  readonly sides: Sides<RunningSide>;
  readonly prometheus: Prometheus | undefined;
  readonly rules: readonly Rule[];
  readonly options: GateOptions;
  readonly namespace: string;
  readonly phases: Phases;
}

/** Everything that is compared while both exporters run. */
export async function compareSides(request: CompareRequest): Promise<Compared> {
  const { client, run, sides, prometheus, rules, phases } = request;
  await phases.run('waiting for the fixtures', () => fixturesSettled(client, run));
  const { reading, surface } = await phases.run('comparing what they expose', () =>
    compareUntilStill(client, sides, run.kubernetes),
  );
  const atRest = await phases.run('measuring what they cost', () => measureCost(client, sides, 'at rest'));
  const results =
    prometheus === undefined ? [] : await phases.run('letting Prometheus evaluate the rules', () => resultsOf(prometheus, rules));
  const answered = await askPaths(client, sides);
  const telemetry = await telemetryOf(client, sides);
  const targets = { old: sides.old.target, new: sides.new.target };
  const surfaces = { old: surfaceOf(reading.scraped.old.exposition, []), new: surfaceOf(reading.scraped.new.exposition, []) };
  const context = { ...surfaces, changes: surface.changes, families: familiesOf(tables), recorded: recordedNames(rules) };
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
      ...gateRules(rules, context),
      ...results,
      ...gatePermissions(targets.old, targets.new, client.mapper),
      ...gateEndpoints(targets.old, targets.new, answered),
      ...gateTelemetry(telemetry.old, telemetry.new),
    ],
    measures: [...atRest, ...atStart, ...underLoad],
    series: seriesCounts(surfaces),
  };
}

async function measureLoad(
  { client, objects, run, options, namespace }: CompareRequest,
  running: Sides<RunningSide>,
): Promise<readonly Measure[]> {
  if (options.load.size === 0) return [];
  await applyLoad(client, running, { objects, namespace, image: run.workloadImage, load: options.load });
  return measureCost(client, running, 'under load');
}

async function resultsOf(prometheus: Prometheus, rules: readonly Rule[]): Promise<readonly GateDifference[]> {
  await scrapesBoth(prometheus);
  return gateResults(await evaluateRules(prometheus, rules));
}

async function openMetricsOf(
  client: KubeClient,
  sides: Sides<RunningSide>,
  kubernetes: string,
  text: readonly GateDifference[],
): Promise<readonly GateDifference[]> {
  const { scraped, objects, after } = await read(client, sides, 'openmetrics');
  const offered = ({ exporter, exposition }: ScrapedSide) => ({ exporter, format: exposition.format });
  const formats = gateFormats(offered(scraped.old), offered(scraped.new));
  if (scraped.old.exposition.format !== 'openmetrics' || scraped.new.exposition.format !== 'openmetrics') return formats;
  const { differences } = gateSurface({ ...scraped, objects, after, kubernetes });
  return [...formats, ...onlyInOpenMetrics(differences, text)];
}

function objectsOf({ scraped, objects, after }: Reading, kubernetes: string): readonly GateDifference[] {
  const side = ({ exporter, options, exposition }: ScrapedSide) => ({
    release: { exporter: parseVersion(exporter), options },
    surface: surfaceOf(exposition, []),
  });
  return gateObjects({ old: side(scraped.old), new: side(scraped.new) }, takeInventory(objects, after), tables, kubernetes);
}

function seriesCounts(surfaces: Sides<ReturnType<typeof surfaceOf>>): readonly SeriesCount[] {
  const names = [...new Set([...surfaces.old.families.keys(), ...surfaces.new.families.keys()])].sort();
  const count = (side: 'old' | 'new', family: string) => surfaces[side].families.get(family)?.samples.length ?? 0;
  return names
    .map((family) => ({ family, old: count('old', family), new: count('new', family) }))
    .filter(({ old, new: now }) => old !== now);
}
