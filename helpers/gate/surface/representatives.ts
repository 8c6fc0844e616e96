import type { Inventory } from '../../accounting/inventory.ts';
import { seriesKey } from '../../accounting/series.ts';
import { contextOf, type ResourceTable } from '../../catalogue/table.ts';
import type { Labels } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { SurfaceSample } from '../../prometheus/rules/surface.ts';
import type { SurfaceChange } from './change.ts';
import { eachObjectOfSides, type Release } from './expected.ts';

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
  const chosen = tables.flatMap((table) => {
    const ofTable = new Set(table.families.map(({ name }) => name));
    const relevant = changes.filter(({ family }) => ofTable.has(family)).flatMap((change) => spread(change.changes, PER_CHANGE));
    const explains = {
      old: sampleOwners(
        table,
        sides.old,
        relevant.flatMap((change) => change.old ?? []),
      ),
      new: sampleOwners(
        table,
        sides.new,
        relevant.flatMap((change) => change.new ?? []),
      ),
    };
    const some = new Some(most);
    for (const { object, exposedBy } of eachObjectOfSides(table, sides, inventory)) {
      some.add(
        object,
        exposedBy.some((side) => explains[side](object)),
      );
    }
    return some.chosen;
  });
  return [...new Set(chosen)];
}

/** Returns whether one of the samples is of an object. */
function sampleOwners(
  table: ResourceTable,
  { exporter, options }: Release,
  samples: readonly SurfaceSample[],
): (object: KubernetesObject) => boolean {
  if (samples.length === 0) return () => false;
  const context = contextOf(exporter, options);
  let keys: ReadonlySet<string> | undefined;
  return (object) => {
    const labels = table.labels(object, context);
    // The names of an object's labels are the same for all objects of the table.
    keys ??= new Set(samples.map((sample) => seriesKey(identityOf(sample.labels, Object.keys(labels)))));
    return keys.has(seriesKey(labels));
  };
}

/** Chooses from objects while they are read: of a large cluster, only the chosen ones are kept. */
class Some {
  readonly #most: number;
  readonly #explaining: KubernetesObject[] = [];
  /** All objects as long as they are few, then one of every `#distance`. */
  #kept: KubernetesObject[] = [];
  #distance = 1;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  add(object: KubernetesObject, isExplaining: boolean): void {
    if (isExplaining) this.#explaining.push(object);
    if (this.#count % this.#distance === 0) this.#kept.push(object);
    this.#count += 1;
    while (this.#count > this.#most && this.#kept.length > 2 * PER_RESOURCE) {
      this.#distance *= 2;
      this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
    }
  }

  get chosen(): readonly KubernetesObject[] {
    return this.#count > this.#most ? [...spread(this.#kept, PER_RESOURCE), ...this.#explaining] : this.#kept;
  }
}

function identityOf(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

/** At most `most` items, at equal distances. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)] as T);
}
