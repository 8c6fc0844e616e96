import { examineScrape } from '../../accounting/account.ts';
import { type Inventory, takeInventory } from '../../accounting/inventory.ts';
import { tables as allTables } from '../../catalogue/resources/index.ts';
import type { ResourceTable } from '../../catalogue/table.ts';
import type { Format } from '../../exposition/model.ts';
import { type Surface, withoutSamples } from '../../prometheus/rules/surface.ts';
import { atLeast, formatVersion, parseVersion } from '../../version.ts';
import type { GateDifference, Severity } from '../difference.ts';
import { changeId, type SurfaceChange, type SurfaceKind } from './change.ts';
import { type Classified, classify, documentedInHeaders, type ExpectedChanges, releasesBetween } from './classify.ts';
import { compareSurfaces, type KnownFamilies, markOf, marksStability } from './compare.ts';
import { adviceFor, examplesOf, reasonFor, sentenceOf } from './describe.ts';
import {
  expectedSurface,
  type KnownRow,
  knownFamilies,
  type Release,
  rowsByFamily,
  type ScrapedSide,
  type SurfaceRequest,
  type SurfaceSide,
} from './expected.ts';
import { representatives } from './representatives.ts';

/** The changes of the surface, and as differences with severity and sentence. */
export interface GatedSurface {
  readonly changes: readonly Classified[];
  readonly differences: readonly GateDifference[];
}

/** Two scrapes of the same objects. */
export type ScrapesRequest = Omit<SurfaceRequest, 'old' | 'new' | 'predicted'> & Readonly<Record<'old' | 'new', ScrapedSide>>;

/**
 * The differences between two scrapes of the same objects; objects that changed during the scrapes are ignored.
 * @throws the errors of `gateSurface`, and those of the sources
 */
export async function gateScrapes(request: ScrapesRequest): Promise<GatedSurface> {
  // One after another, as each has what is expected in memory.
  const old = await settled(request, 'old');
  return gateSurface({ ...request, old, new: await settled(request, 'new') });
}

/**
 * The differences between both surfaces of the same objects.
 * @throws Error when a version cannot be parsed or the surfaces have different formats
 */
export function gateSurface(request: SurfaceRequest): GatedSurface {
  const { format } = request.old.surface;
  if (format !== request.new.surface.format) throw new Error('Expositions in different formats cannot be compared.');
  const tables = request.tables ?? allTables;
  const sides = { old: releaseOf(request.old), new: releaseOf(request.new) };
  const inventory = takeInventory(request.objects, request.after);
  const known = knownFamilies(sides, tables, format, inventory);
  const observed = compareSurfaces(request.old.surface, request.new.surface, known);
  const { predicted } = request;
  const dating = predicted ? takeInventory(representatives(observed, sides, inventory, tables)) : inventory;
  const steps = observed.length === 0 ? [] : expectedSteps(request, sides, dating, tables);
  const explained = predicted && explainedBy(predicted, request, observed, known);
  const changes = classify(observed, steps, explained).map((change) =>
    documentedInHeaders(change, { from: sides.old.exporter, to: sides.new.exporter, format }),
  );
  const rows = rowsByFamily(tables, format);
  return { changes, differences: changes.map((change) => differenceOf(change, format, rows.get(change.family), request)) };
}

/** The changes between both predictions, which are those observed where both sides are predictions. */
function explainedBy(
  predicted: NonNullable<SurfaceRequest['predicted']>,
  request: SurfaceRequest,
  observed: readonly SurfaceChange[],
  known: KnownFamilies,
): readonly SurfaceChange[] {
  if (predicted.old === request.old.surface && predicted.new === request.new.surface) return observed;
  return compareSurfaces(predicted.old, predicted.new, known);
}

/** The predicted changes against the old release, for every release up to the new one. */
function expectedSteps(
  { old: { surface }, kubernetes }: SurfaceRequest,
  sides: Readonly<Record<'old' | 'new', Release>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
): readonly ExpectedChanges[] {
  const { format } = surface;
  const expected = (release: Release) => expectedSurface({ ...release, format, kubernetes }, inventory, tables);
  const before = expected(sides.old);
  return releasesBetween(sides.old.exporter, sides.new.exporter).map((exporter) => {
    const step = { old: sides.old, new: { exporter, options: sides.new.options } };
    const known = knownFamilies(step, tables, format, inventory);
    return { release: formatVersion(exporter), changes: compareSurfaces(before, expected(step.new), known) };
  });
}

function differenceOf(change: Classified, format: Format, known: KnownRow | undefined, request: SurfaceRequest): GateDifference {
  const part = format === 'text' ? 'surface' : 'openmetrics';
  const reason = reasonFor(change, known, request);
  const advice = adviceFor(change, known);
  return {
    id: `${part}/${changeId(change)}`,
    part,
    sentence: [sentenceOf(change), ...(reason === undefined ? [] : [reason])].join(' '),
    severity: severityOf(change, isStable(change.family, known, request.old.surface)),
    origin: change.origin,
    ...(change.since === undefined ? {} : { since: change.since }),
    ...(advice === undefined ? {} : { advice }),
    ...examplesOf(change),
  };
}

/** By the mark in its HELP when the release writes marks, else by the catalogue. */
function isStable(family: string, known: KnownRow | undefined, { families }: Surface): boolean {
  if (known?.row.stability === 'DEPRECATED') return true;
  const marks = marksStability([...families.values()].map(({ help }) => help));
  return marks ? markOf(families.get(family)?.help) === 'STABLE' : known?.row.stability === 'STABLE';
}

async function settled(
  { objects, after, tables = allTables, ...sides }: ScrapesRequest,
  side: 'old' | 'new',
): Promise<SurfaceSide> {
  const { surface, scraped, exporter, options } = sides[side];
  if (after === undefined) return { surface, exporter, options };
  const { examined } = await examineScrape({ exporter, options, objects, after, tables }, scraped);
  return { surface: withoutSamples(surface, examined.unsettled), exporter, options };
}

function releaseOf({ exporter, options }: SurfaceSide): Release {
  return { exporter: parseVersion(exporter), options };
}

/** Changes that can break a rule or a dashboard. */
const losses: readonly SurfaceKind[] = [
  'family-gone',
  'family-renamed',
  'family-silent',
  'label-gone',
  'label-renamed',
  'label-value',
  'series-gone',
  'type',
  'value',
];

/** Changes that a STABLE family must not have within a major version. Source: the exporter's documentation of metric stability. */
const breaksStability: readonly SurfaceKind[] = ['family-gone', 'family-renamed', 'label-gone', 'label-renamed'];

/**
 * An undocumented loss rejects; a documented one rejects when it breaks the stability of the family. Headers without samples are
 * harmless.
 * @param stable whether the family is stable on the old side
 */
function severityOf({ kind, origin, changes }: Classified, stable: boolean): Severity {
  if (kind === 'header-gone' || kind === 'header-new') return 'harmless';
  if (origin === 'surprise') return losses.includes(kind) ? 'reject' : 'note';
  if (!stable) return 'note';
  if (breaksStability.includes(kind)) return 'reject';
  // Losing only series of value 0 loses no information.
  const lost = kind === 'family-silent' && changes.some(({ old }) => old !== undefined && old.value !== 0);
  return lost ? 'reject' : 'note';
}

interface NegotiatedFormat {
  /** `v2.5.0` */
  readonly exporter: string;
  /** The format of its response to a request that accepts OpenMetrics. */
  readonly format: Format;
}

const formats: Readonly<Record<Format, string>> = { text: 'the text format', openmetrics: 'OpenMetrics' };

/** A difference when the sides respond in different formats to a scraper that prefers OpenMetrics. Source: the exporter's change log, 2.8. */
export function gateFormats(old: NegotiatedFormat, now: NegotiatedFormat): readonly GateDifference[] {
  if (old.format === now.format) return [];
  const expected = ({ exporter }: NegotiatedFormat): Format => (atLeast(parseVersion(exporter), '2.8') ? 'openmetrics' : 'text');
  const documented = expected(old) === old.format && expected(now) === now.format;
  return [
    {
      id: 'openmetrics/format',
      part: 'openmetrics',
      sentence:
        `A scraper that prefers OpenMetrics, such as Prometheus, gets ${formats[now.format]}; it got ${formats[old.format]}.` +
        (documented ? ' Since 2.8.' : ' No release between the two is documented to change that.'),
      severity: documented || now.format === 'openmetrics' ? 'note' : 'reject',
      origin: documented ? 'documented' : 'surprise',
      ...(documented ? { since: '2.8' } : {}),
      old: [formats[old.format]],
      new: [formats[now.format]],
    },
  ];
}

/** The differences of the OpenMetrics surfaces that the text format does not have too. */
export function onlyInOpenMetrics(
  openmetrics: readonly GateDifference[],
  text: readonly GateDifference[],
): readonly GateDifference[] {
  const withoutFormat = (id: string) => id.slice(id.indexOf('/')).replace(/_total(?=\/|$)/, '');
  const inText = new Map(text.map((difference) => [withoutFormat(difference.id), difference]));
  return openmetrics.filter((difference) => inText.get(withoutFormat(difference.id))?.origin !== difference.origin);
}
