import { type Inventory, takeInventory } from '../../accounting/inventory.ts';
import { unknownResources } from '../../catalogue/exposed.ts';
import { tables } from '../../catalogue/resources/index.ts';
import { type Rule, type RuleSource, shortRuleName } from '../../prometheus/rules/rule.ts';
import type { MeasuredSurface, SurfaceFamily } from '../../prometheus/rules/surface.ts';
import { parseVersion } from '../../version.ts';
import type { Measure } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import { PREDICTED } from '../report/groups.ts';
import type { ScrapeFacts, SeriesCount } from '../report/model.ts';
import type { SourceCounts } from '../rules/coverage.ts';
import { judgeSources } from '../rules/gate-rules.ts';
import type { GivenTarget } from '../rules/target-labels.ts';
import type { SurfaceSide } from '../surface/expected.ts';
import { gateSurface } from '../surface/gate-surface.ts';
import { gateObjects } from '../surface/objects.ts';
import type { Evaluate, EvaluationResult } from './evaluate.ts';
import { metIssues, repeatedSeries } from './faults.ts';
import type { PreviewInputs } from './inputs.ts';
import { predictExposition } from './predict.ts';

/** The old side of a preview, and its prediction. */
export interface OldSide extends SurfaceSide {
  readonly surface: MeasuredSurface;
  /** What is predicted; the same as `surface` without a scrape. */
  readonly predicted: MeasuredSurface;
}

/** A candidate compared with the old side. */
export interface PreviewComparison {
  /** Why rules are judged without the evaluation in Prometheus, or without their groups; a sentence. */
  readonly notEvaluated?: string;
  readonly release: string;
  /** What the candidate exposes: predicted, with the families of the scrape that the catalogue does not know. */
  readonly surface: MeasuredSurface;
  readonly differences: readonly GateDifference[];
  readonly series: readonly SeriesCount[];
  readonly measures: readonly Measure[];
  readonly sources: readonly SourceCounts[];
  readonly scrape?: ScrapeFacts;
}

/** The old side: the scrape where there is one, else the prediction. */
export function oldSide({ objects, old, scrape, kubernetes }: PreviewInputs): OldSide {
  const release = { exporter: parseVersion(old.exporter), options: old.options };
  const predicted = predictExposition(release, takeInventory(objects), kubernetes);
  return { ...old, predicted, surface: scrape?.surface ?? predicted };
}

/** The families of a scrape that the catalogue does not know, such as those of custom resources. */
export function unknownFamilies({ families }: MeasuredSurface): readonly SurfaceFamily[] {
  const known = new Set(tables.flatMap((table) => table.families.map(({ name }) => name)));
  return [...families.values()].filter(({ name }) => !known.has(name));
}

/** What the rules of a preview are judged with. */
export interface PreviewRules {
  readonly sources: readonly RuleSource[];
  readonly given: GivenTarget;
  readonly evaluate: Evaluate;
}

/** Predicts a release for the same objects and arguments, and compares it with the old side. */
export async function compareWith(
  release: string,
  old: OldSide,
  inputs: PreviewInputs,
  { sources, given, evaluate }: PreviewRules,
): Promise<PreviewComparison> {
  const { objects, kubernetes, scrape } = inputs;
  const { options } = old;
  const version = parseVersion(release);
  const inventory = takeInventory(objects);
  const notStarting = startDifferences(release, inputs);
  const predicted = predictExposition({ exporter: version, options }, inventory, kubernetes);
  const surface = scrape ? withFamilies(predicted, unknownFamilies(old.surface)) : predicted;
  const now = { surface, exporter: release, options };
  const gated = gateSurface({ old, new: now, objects, kubernetes, predicted: { old: old.predicted, new: surface } });
  const surfaces = { old: old.surface, new: surface };
  const judged = sources.length === 0 ? undefined : judgeSources(sources, { ...surfaces, changes: gated.changes }, given);
  const mismatched = new Set(gated.changes.flatMap(({ origin, family }) => (origin === 'surprise' ? [family] : [])));
  const evaluated =
    judged && judged.evaluable.length > 0 ? await evaluate({ ...surfaces, sources, judged, mismatched }) : undefined;
  const results = evaluated && 'differences' in evaluated ? evaluated : undefined;
  const notEvaluated = notEvaluatedSentence(evaluated);
  const measures = measuresOf(old.predicted, predicted);
  const differences = [
    ...notStarting,
    ...metIssues(release, inputs),
    ...gated.differences.map((difference) => withoutMismatch(difference, old.exporter)),
    ...repeatedSeries(old.predicted, predicted),
    ...objectDifferences(old, now, inventory, kubernetes),
    ...(judged?.differences ?? []),
    ...(results?.differences ?? []).map((difference) => withoutMismatch(difference, old.exporter)),
  ];
  return {
    release,
    ...(notEvaluated !== undefined && { notEvaluated }),
    surface,
    differences: differences.map(asPredicted),
    series: seriesCounts(old.surface, surface),
    measures,
    sources: judged ? (results ? judged.sources : bySelectorsOnly(judged.sources, sources, judged.evaluable)) : [],
    ...(judged && { scrape: scrapeFacts(judged.target) }),
  };
}

/** Source: the exporter ends at start for a name in --resources that it does not know. */
function startDifferences(release: string, { old }: PreviewInputs): readonly GateDifference[] {
  const unknown = unknownResources(tables, parseVersion(release), old.options);
  return unknown.map((resource) => ({
    id: `start/unknown-resource/${resource}`,
    part: 'start',
    sentence: `${release} does not start with "${resource}" in --resources, which it does not know.`,
    severity: 'reject',
    advice: `Remove ${resource} from --resources.`,
    old: [],
    new: [],
  }));
}

/**
 * The candidate is predicted, so that what the catalogue does not explain is in the scrape of the old release: the objects have changed
 * in between, or the prediction for the old release is wrong. Neither rejects the candidate.
 */
function withoutMismatch(difference: GateDifference, release: string): GateDifference {
  if (difference.origin !== 'surprise' || difference.severity !== 'reject') return difference;
  const reason = `The scrape of ${release} differs here from the prediction for ${release}, so that nothing follows for the candidate.`;
  return { ...difference, severity: 'note', sentence: `${difference.sentence} ${reason}` };
}

function asPredicted(difference: GateDifference): GateDifference {
  return { ...difference, predicted: true, sentence: `${PREDICTED}${difference.sentence}` };
}

function objectDifferences(
  old: SurfaceSide,
  now: SurfaceSide,
  inventory: Inventory,
  kubernetes: string | undefined,
): readonly GateDifference[] {
  const side = ({ exporter, options, surface }: SurfaceSide) => ({
    release: { exporter: parseVersion(exporter), options },
    surface,
  });
  return gateObjects({ old: side(old), new: side(now) }, inventory, tables, kubernetes);
}

function notEvaluatedSentence(evaluated: EvaluationResult | undefined): string | undefined {
  if (evaluated === undefined) return undefined;
  if ('differences' in evaluated) return evaluated.unloaded;
  return `Rules and queries were judged by their selectors only, and no Prometheus evaluated them, because ${evaluated.notEvaluated}.`;
}

/** Without a Prometheus, what could be evaluated is judged by its selectors. */
function bySelectorsOnly(
  counts: readonly SourceCounts[],
  sources: readonly RuleSource[],
  evaluable: readonly Rule[],
): readonly SourceCounts[] {
  const whole = new Set(evaluable);
  return counts.map((count, index) => {
    const rules = (sources[index]?.rules ?? []).filter((rule) => whole.has(rule));
    const reason = 'no Prometheus evaluated it';
    const added = rules.map((rule) => ({ name: shortRuleName(rule), reason }));
    return { ...count, judged: count.judged - added.length, bySelectors: [...added, ...count.bySelectors] };
  });
}

function scrapeFacts({ labels, derived, honorLabels }: ReturnType<typeof judgeSources>['target']): ScrapeFacts {
  return { labels, derived: [...derived].filter((name) => labels[name] !== undefined), honorLabels };
}

/** Both are predicted, as the size of a real scrape depends on its HELP texts. */
function measuresOf(old: MeasuredSurface, now: MeasuredSurface): readonly Measure[] {
  const when = 'for these objects';
  return [
    { name: 'series', when, unit: 'series', old: old.samples, new: now.samples },
    { name: 'body', when, unit: 'bytes', old: old.bytes, new: now.bytes },
  ];
}

/** The families whose number of series differs, those that grow most first. */
function seriesCounts({ families: before }: MeasuredSurface, { families: after }: MeasuredSurface): readonly SeriesCount[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .map((family) => ({
      family,
      old: before.get(family)?.samples.length ?? 0,
      new: after.get(family)?.samples.length ?? 0,
    }))
    .filter(({ old, new: now }) => old !== now)
    .sort((a, b) => b.new - b.old - (a.new - a.old) || a.family.localeCompare(b.family));
}

function withFamilies(surface: MeasuredSurface, added: readonly SurfaceFamily[]): MeasuredSurface {
  const families = new Map([...surface.families, ...added.map((family) => [family.name, family] as const)]);
  const samples = surface.samples + added.reduce((sum, family) => sum + family.samples.length, 0);
  return { ...surface, samples, families };
}
