import type { RequirementRecord } from '../suite/record.ts';

/** What `causesOf` reads of a requirement's record. */
export type Explained = Pick<RequirementRecord, 'id' | 'needs' | 'explainedBy'>;

/**
 * The root causes of a run's failures.
 * @param records every requirement
 * @param failed the ids of the requirements that failed; a known issue is not among them, as it explains no failure but its own
 * @returns for each failed id that another failure explains, the id of the failure at the beginning of the chain; of several, the one
 *   that is declared first in `explainedBy`, then in `needs`
 */
export function causesOf(records: readonly Explained[], failed: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const rootOf = (id: string): string => {
    const cause = explanationsOf(byId.get(id)).find((explanation) => failed.has(explanation));
    return cause === undefined ? id : rootOf(cause);
  };
  return new Map([...failed].map((id) => [id, rootOf(id)] as const).filter(([id, root]) => id !== root));
}

/**
 * The failure that keeps a requirement from being verified.
 * @returns the id of the nearest requirement that it needs, directly or through others, and that failed; undefined where none did
 */
export function blockerOf(record: Explained, records: readonly Explained[], failed: ReadonlySet<string>): string | undefined {
  const byId = new Map(records.map((each) => [each.id, each]));
  const visited = new Set<string>();
  let generation = record.needs;
  while (generation.length > 0) {
    const blocker = generation.find((id) => failed.has(id));
    if (blocker !== undefined) return blocker;
    generation = generation.flatMap((id) => byId.get(id)?.needs ?? []).filter((id) => !visited.has(id));
    for (const id of generation) visited.add(id);
  }
  return undefined;
}

/**
 * Validates what requirements declare of each other, before anything runs.
 * @throws an Error that names an id which no spec declares, or requirements that need or explain each other in a circle
 */
export function validateReferences(records: readonly Explained[]): void {
  const byId = new Map(records.map((record) => [record.id, record]));
  const valid = new Set<string>();
  const follow = (record: Explained, path: readonly string[]): void => {
    for (const id of explanationsOf(record)) {
      if (path.includes(id)) throw new Error(`Requirements need or explain each other: ${[...path, id].join(' → ')}.`);
      const reference = byId.get(id);
      if (!reference) throw new Error(`${record.id} refers to "${id}", which no spec declares.`);
      if (!valid.has(id)) follow(reference, [...path, id]);
    }
    valid.add(record.id);
  };
  for (const record of records) follow(record, [record.id]);
}

/** What may explain a failure: what is declared to, and a requirement without which it could not be attempted. */
function explanationsOf(record: Explained | undefined): readonly string[] {
  return [...(record?.explainedBy ?? []), ...(record?.needs ?? [])];
}
