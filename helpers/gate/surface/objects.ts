import { eachObjectOf, type Inventory, objectName } from '../../accounting/inventory.ts';
import {
  type ExporterInCluster,
  knownIssuesFor,
  knownIssuesOfObjects,
  type MetKnownIssue,
  writeMetWithoutAdvice,
} from '../../accounting/known-issues.ts';
import { seriesKey } from '../../accounting/series.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { contextOf, type ResourceTable } from '../../catalogue/table.ts';
import type { Labels } from '../../exposition/model.ts';
import type { Surface } from '../../prometheus/rules/surface.ts';
import { formatVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import type { Release } from './expected.ts';

const EXAMPLES = 5;

/** For each resource that both sides read, the objects that only one side exposes. */
export function gateObjects(
  sides: Readonly<Record<'old' | 'new', { readonly release: Release; readonly surface: Surface }>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
  kubernetes: string | undefined,
): readonly GateDifference[] {
  return tables.flatMap((table) => {
    const old = unexposedObjects(table, sides.old, inventory);
    const now = unexposedObjects(table, sides.new, inventory);
    if (!old || !now) return [];
    const lost = [...now].filter((name) => !old.has(name));
    const gained = [...old].filter((name) => !now.has(name));
    const note = (release: Release) => noteOf(release, kubernetes, table.resource);
    return [
      ...difference('missing', table, lost, 'reject', note(sides.new.release)),
      ...difference('found', table, gained, 'note', note(sides.old.release)),
    ];
  });
}

/** The unchanged objects of a resource that have no sample; undefined when the release does not read the resource. */
function unexposedObjects(
  table: ResourceTable,
  { release, surface }: { readonly release: Release; readonly surface: Surface },
  inventory: Inventory,
): ReadonlySet<string> | undefined {
  const { exporter, options } = release;
  const exposed = exposedResources([table], exporter, options)[0];
  if (!exposed) return undefined;
  const context = contextOf(exporter, options);
  const labelled: { readonly name: string; readonly labels: Labels }[] = [];
  for (const { object, settled } of eachObjectOf(table, inventory, exporter, options)) {
    if (settled) labelled.push({ name: objectName(object), labels: table.labels(object, context) });
  }
  const names = Object.keys(labelled[0]?.labels ?? {});
  const keys = new Set<string>();
  for (const { name } of exposed.rows) {
    for (const { labels } of surface.families.get(name)?.samples ?? []) {
      keys.add(seriesKey(Object.fromEntries(names.map((label) => [label, labels[label] ?? '']))));
    }
  }
  return new Set(labelled.filter(({ labels }) => !keys.has(seriesKey(labels))).map(({ name }) => name));
}

function noteOf({ exporter }: Release, kubernetes: string | undefined, resource: string): string | undefined {
  return knownIssuesFor(formatVersion(exporter), kubernetes).find(({ resources }) => resources.includes(resource))?.note;
}

function difference(
  kind: 'missing' | 'found',
  { resource }: ResourceTable,
  names: readonly string[],
  severity: 'reject' | 'note',
  note: string | undefined,
): readonly GateDifference[] {
  if (names.length === 0) return [];
  const sentence =
    kind === 'missing'
      ? `The candidate does not expose ${names.length} ${resource} that the old release exposes.`
      : `The candidate exposes ${names.length} ${resource} that the old release does not expose.`;
  const examples = names.slice(0, EXAMPLES);
  return [
    {
      id: `objects/${kind}/${resource}`,
      part: 'objects',
      sentence: note === undefined ? sentence : `${sentence} ${note}`,
      severity: note === undefined ? severity : 'note',
      origin: note === undefined ? 'surprise' : 'documented',
      old: kind === 'missing' ? examples : [],
      new: kind === 'found' ? examples : [],
    },
  ];
}

/**
 * A difference for each known issue of the candidate that objects meet. It is worth knowing; whether the candidate runs and what it exposes
 * is compared by itself.
 * @param candidate its release
 * @param old the release in use, of which each known issue that it has too is no news
 */
export function metIssueDifferences(
  met: readonly MetKnownIssue[],
  candidate: string,
  old: ExporterInCluster,
): readonly GateDifference[] {
  const ofOld = new Set(knownIssuesOfObjects(old).map(({ id }) => id));
  return met.map((issue) => ({
    id: `objects/known-issue/${issue.issue.id}`,
    part: 'objects',
    sentence: `${candidate}${ofOld.has(issue.issue.id) ? `, like ${old.exporter}` : ''}: ${writeMetWithoutAdvice(issue)}`,
    severity: 'note',
    advice: issue.issue.advice,
    old: [],
    new: issue.names.slice(0, EXAMPLES),
  }));
}
