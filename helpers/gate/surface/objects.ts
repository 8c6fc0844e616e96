import { type Inventory, objectName } from '../../accounting/inventory.ts';
import {
  type ExporterInCluster,
  knownIssuesFor,
  knownIssuesOfObjects,
  type MetKnownIssue,
  writeMetWithoutAdvice,
} from '../../accounting/known-issues.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { type Context, contextOf, type ResourceTable } from '../../catalogue/table.ts';
import { numbered, PackedSamples } from '../../exposition/packed-samples.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Surface, SurfaceFamily } from '../../prometheus/rules/surface.ts';
import { formatVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import { eachObjectOfSides, type Release } from './expected.ts';
import { LabelColumns, RowIndex } from './row-index.ts';

const EXAMPLES = 5;

/** A release with what it exposes. */
interface Side {
  readonly release: Release;
  readonly surface: Surface;
}

/** For each resource that both sides read, the objects that only one side exposes. */
export function gateObjects(
  sides: Readonly<Record<'old' | 'new', Side>>,
  inventory: Inventory,
  tables: readonly ResourceTable[],
  kubernetes: string | undefined,
): readonly GateDifference[] {
  const releases = { old: sides.old.release, new: sides.new.release };
  return tables.flatMap((table) => {
    const [old, now] = [SettledObjects.readBy(table, sides.old), SettledObjects.readBy(table, sides.new)];
    if (!old || !now) return [];
    for (const { object, settled, exposedBy } of eachObjectOfSides(table, releases, inventory)) {
      if (settled) for (const side of exposedBy) (side === 'old' ? old : now).add(object);
    }
    const unexposed = { old: old.unexposed(), new: now.unexposed() };
    const lost = [...unexposed.new].filter((name) => !unexposed.old.has(name));
    const gained = [...unexposed.old].filter((name) => !unexposed.new.has(name));
    const note = (release: Release) => noteOf(release, kubernetes, table.resource);
    return [
      ...difference('missing', table, lost, 'reject', note(releases.new)),
      ...difference('found', table, gained, 'note', note(releases.old)),
    ];
  });
}

/** The unchanged objects of a resource: of each only its name and the labels of its samples. */
class SettledObjects {
  readonly #names: string[] = [];
  readonly #labels = new PackedSamples();
  readonly #table: ResourceTable;
  readonly #context: Context;
  readonly #families: readonly SurfaceFamily[];

  private constructor(table: ResourceTable, { exporter, options }: Release, families: readonly SurfaceFamily[]) {
    this.#table = table;
    this.#context = contextOf(exporter, options);
    this.#families = families;
  }

  /** Undefined when the release does not read the resource. */
  static readBy(table: ResourceTable, { release, surface }: Side): SettledObjects | undefined {
    const [exposed] = exposedResources([table], release.exporter, release.options);
    return (
      exposed &&
      new SettledObjects(
        table,
        release,
        exposed.rows.flatMap(({ name }) => surface.families.get(name) ?? []),
      )
    );
  }

  add(object: KubernetesObject): void {
    this.#names.push(objectName(object));
    this.#labels.add(numbered(this.#table.labels(object, this.#context)), {}, 0);
  }

  /** The names of the objects that have no sample. */
  unexposed(): ReadonlySet<string> {
    const objects = new LabelColumns(this.#labels, [...this.#labels.labelNames]);
    const index = new RowIndex(objects);
    const exposed = new Set<number>();
    for (const { samples } of this.#families) {
      const columns = new LabelColumns(samples, objects.names);
      for (let row = 0; row < samples.length; row++) exposed.add(index.find(columns, row));
    }
    return new Set(this.#names.filter((_, row) => !exposed.has(index.find(objects, row))));
  }
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
