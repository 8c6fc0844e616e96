import { type Inventory, objectsOf } from '../../accounting/inventory.ts';
import { seriesKey } from '../../accounting/series.ts';
import { contextOf, type ResourceTable } from '../../catalogue/table.ts';
import type { Labels } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { SurfaceChange } from './change.ts';
import type { Release } from './expected.ts';

/** A resource with at most so many objects is represented by all of them. */
const MOST_OBJECTS = 1000;

const PER_CHANGE = 20;
const PER_RESOURCE = 100;

/**
 * Some of the objects, enough to date every change: of each resource with many objects a spread, and objects of every change.
 * The catalogue for all releases in between would take minutes for all objects of a large cluster.
 */
export function representatives(
  changes: readonly SurfaceChange[],
  sides: Readonly<Record<'old' | 'new', Release>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
  most = MOST_OBJECTS,
): readonly KubernetesObject[] {
  const chosen = new Set<KubernetesObject>();
  for (const table of tables) {
    const ofTable = new Set(table.families.map(({ name }) => name));
    const relevant = changes.filter(({ family }) => ofTable.has(family));
    for (const side of ['old', 'new'] as const) {
      const { exporter, options } = sides[side];
      const objects = objectsOf(table, inventory, exporter, options).map(({ object }) => object);
      const isSmall = objects.length <= most;
      for (const object of isSmall ? objects : spread(objects, PER_RESOURCE)) chosen.add(object);
      if (isSmall || relevant.length === 0) continue;
      const context = contextOf(exporter, options);
      const byLabels = new Map(objects.map((object) => [seriesKey(table.labels(object, context)), object]));
      const names = Object.keys(table.labels(objects[0] as KubernetesObject, context));
      for (const { changes: samples } of relevant) {
        for (const change of spread(samples, PER_CHANGE)) {
          const object = byLabels.get(seriesKey(identityOf(change[side]?.labels ?? {}, names)));
          if (object) chosen.add(object);
        }
      }
    }
  }
  return [...chosen];
}

function identityOf(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

/** At most `most` items, at equal distances. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}
