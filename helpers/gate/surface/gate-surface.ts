import { type AccountRequest, examineRequest } from '../../accounting/account.ts';
import { type Inventory, takeInventory } from '../../accounting/inventory.ts';
import type { ExporterOptions } from '../../accounting/options.ts';
import { tables as allTables } from '../../accounting/resources/index.ts';
import type { ResourceTable } from '../../accounting/table.ts';
import type { Exposition, Format } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { formatVersion, parseVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import { changeId } from './change.ts';
import { type Classified, classify, type ExpectedChanges, releasesBetween } from './classify.ts';
import { compareSurfaces } from './compare.ts';
import { expectedSurface } from './expected.ts';
import { documentedInHeaders } from './header-history.ts';
import { severityOf } from './judge.ts';
import { type KnownRow, knownFamilies, type Release, rowsByFamily } from './known.ts';
import { adviceFor, reasonFor } from './reason.ts';
import { markOf, marksStability } from './stability.ts';
import { surfaceOf } from './surface.ts';
import { examplesOf, sentenceOf } from './words.ts';

/** One exporter's scrape, and what it follows from. */
export interface ScrapedSide {
  readonly exposition: Exposition;
  /** `v2.5.0` */
  readonly exporter: string;
  readonly options: ExporterOptions;
}

export interface SurfaceRequest {
  readonly old: ScrapedSide;
  readonly new: ScrapedSide;
  /** All objects as they were before both scrapes, and as they were afterwards. */
  readonly objects: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** `v1.34.1` */
  readonly kubernetes: string;
  /** Instead of all tables; for tests. */
  readonly tables?: readonly ResourceTable[];
}

/** What became of the surface: the changes as such, and what the gate says of them. */
export interface GatedSurface {
  readonly changes: readonly Classified[];
  readonly differences: readonly GateDifference[];
}

/**
 * Everything in which the candidate's exposition differs from the old one's for the same objects, judged.
 * Objects that changed between the two readings are left out. Both expositions must be in the same format.
 * @throws an Error when a version cannot be read, or when the formats are not the same
 */
export function gateSurface(request: SurfaceRequest): GatedSurface {
  const { format } = request.old.exposition;
  if (format !== request.new.exposition.format) throw new Error('Expositions of two formats cannot be compared.');
  const tables = request.tables ?? allTables;
  const sides = { old: releaseOf(request.old), new: releaseOf(request.new) };
  const inventory = takeInventory(request.objects, request.after);
  const known = knownFamilies(sides, tables, format, inventory);
  const observed = compareSurfaces(settled(request, 'old', tables), settled(request, 'new', tables), known);
  const steps = observed.length === 0 ? [] : expectedSteps(request, sides, inventory, tables);
  const changes = classify(observed, steps).map((change) => documentedInHeaders(change, sides.old.exporter, sides.new.exporter));
  const rows = rowsByFamily(tables, format);
  return { changes, differences: changes.map((change) => differenceOf(change, format, rows.get(change.family), request)) };
}

/** What the tables say of every release on the way, against the old one. */
function expectedSteps(
  { old: { exposition }, kubernetes }: SurfaceRequest,
  sides: Readonly<Record<'old' | 'new', Release>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
): readonly ExpectedChanges[] {
  const { format } = exposition;
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
    severity: severityOf(change, isStable(change.family, known, request.old.exposition)),
    origin: change.origin,
    ...(change.since === undefined ? {} : { since: change.since }),
    ...(advice === undefined ? {} : { advice }),
    ...examplesOf(change),
  };
}

/** By the mark in its HELP where the release writes marks, else by the tables, which know what was stable once. */
function isStable(family: string, known: KnownRow | undefined, { families }: Exposition): boolean {
  if (known?.row.stability === 'DEPRECATED') return true;
  const marks = marksStability([...families.values()].map(({ help }) => help));
  return marks ? markOf(families.get(family)?.help) === 'STABLE' : known?.row.stability === 'STABLE';
}

function settled(request: SurfaceRequest, side: 'old' | 'new', tables: readonly ResourceTable[]) {
  const { exposition, exporter, options } = request[side];
  const { objects, after } = request;
  const account: AccountRequest = { exposition, exporter, options, objects, after, tables };
  return surfaceOf(exposition, examineRequest(account).unsettled);
}

function releaseOf({ exporter, options }: ScrapedSide): Release {
  return { exporter: parseVersion(exporter), options };
}
