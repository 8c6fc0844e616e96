import { deviationsFor } from '../../accounting/deviations.ts';
import { exposedResources } from '../../accounting/exposed.ts';
import { type Inventory, objectName, objectsOf } from '../../accounting/inventory.ts';
import { seriesKey } from '../../accounting/series.ts';
import { contextOf, type ResourceTable } from '../../accounting/table.ts';
import { formatVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import type { Release } from './known.ts';
import type { Surface } from './surface.ts';

const EXAMPLES = 5;

/** For each resource that a side reads, the objects of the API that the side does not tell of, where the other one does. */
export function gateObjects(
  sides: Readonly<Record<'old' | 'new', { readonly release: Release; readonly surface: Surface }>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
  kubernetes: string,
): readonly GateDifference[] {
  return tables.flatMap((table) => {
    const old = silentObjects(table, sides.old, inventory);
    const now = silentObjects(table, sides.new, inventory);
    if (!old || !now) return [];
    const lost = [...now].filter((name) => !old.has(name));
    const gained = [...old].filter((name) => !now.has(name));
    const unserved = (release: Release) => noteOf(release, kubernetes, table.resource);
    return [
      ...difference('missing', table, lost, 'reject', unserved(sides.new.release)),
      ...difference('found', table, gained, 'know', unserved(sides.old.release)),
    ];
  });
}

/** The settled objects of a resource without a single sample; undefined when the release does not read the resource. */
function silentObjects(
  table: ResourceTable,
  { release, surface }: { readonly release: Release; readonly surface: Surface },
  inventory: Inventory,
): ReadonlySet<string> | undefined {
  const { exporter, options } = release;
  const exposed = exposedResources([table], exporter, options)[0];
  if (!exposed) return undefined;
  const context = contextOf(exporter, options);
  const settled = objectsOf(table, inventory, exporter, options).filter(({ settled: still }) => still);
  const labelled = settled.map(({ object }) => ({ name: objectName(object), labels: table.labels(object, context) }));
  const names = Object.keys(labelled[0]?.labels ?? {});
  const told = new Set<string>();
  for (const { name } of exposed.rows) {
    for (const { labels } of surface.families.get(name)?.samples ?? []) {
      told.add(seriesKey(Object.fromEntries(names.map((label) => [label, labels[label] ?? '']))));
    }
  }
  return new Set(labelled.filter(({ labels }) => !told.has(seriesKey(labels))).map(({ name }) => name));
}

function noteOf({ exporter }: Release, kubernetes: string, resource: string): string | undefined {
  return deviationsFor(formatVersion(exporter), kubernetes).find(({ resources }) => resources.includes(resource))?.note;
}

function difference(
  what: 'missing' | 'found',
  { resource }: ResourceTable,
  names: readonly string[],
  surprising: 'reject' | 'know',
  note: string | undefined,
): readonly GateDifference[] {
  if (names.length === 0) return [];
  const told =
    what === 'missing'
      ? `The candidate tells nothing of ${names.length} ${resource} that the old release tells of.`
      : `The candidate tells of ${names.length} ${resource} that the old release tells nothing of.`;
  const examples = names.slice(0, EXAMPLES);
  return [
    {
      id: `objects/${what}/${resource}`,
      part: 'objects',
      sentence: note === undefined ? told : `${told} ${note}`,
      severity: note === undefined ? surprising : 'know',
      origin: note === undefined ? 'surprise' : 'documented',
      old: what === 'missing' ? examples : [],
      new: what === 'found' ? examples : [],
    },
  ];
}
