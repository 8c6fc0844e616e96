import type { RequirementRecord } from '../suite/record.ts';

type Prerequisite = Pick<RequirementRecord, 'id' | 'level' | 'needs'>;

/**
 * A function that finds, for a requirement that did not pass, the id of the prerequisite whose failure explains it: the deepest one
 * first, so that a chain is explained by its beginning. A failed `should` excuses no `must`: it would hide the failure
 * from the verdict.
 */
export function blameOf(
  records: readonly Prerequisite[],
  hasFailed: (id: string) => boolean,
): (record: Prerequisite) => string | undefined {
  const byId = new Map(records.map((record) => [record.id, record]));
  const deepest = (record: Prerequisite, excused: Prerequisite, visited: Set<string>): string | undefined => {
    for (const id of record.needs) {
      const prerequisite = byId.get(id);
      if (!prerequisite || visited.has(id)) continue;
      visited.add(id);
      const deeper = deepest(prerequisite, excused, visited);
      if (deeper) return deeper;
      if (hasFailed(id) && !(excused.level === 'must' && prerequisite.level === 'should')) return id;
    }
    return undefined;
  };
  return (record) => deepest(record, record, new Set([record.id]));
}

/**
 * Holds the declarations against each other before anything runs.
 * @throws an Error that names a prerequisite which does not exist, or requirements that need each other.
 */
export function checkPrerequisites(records: readonly Prerequisite[]): void {
  const byId = new Map(records.map((record) => [record.id, record]));
  const follow = (record: Prerequisite, path: readonly string[]): void => {
    for (const id of record.needs) {
      if (path.includes(id)) throw new Error(`Requirements need each other: ${[...path, id].join(' → ')}.`);
      const prerequisite = byId.get(id);
      if (!prerequisite) throw new Error(`${record.id} needs "${id}", which no spec declares.`);
      follow(prerequisite, [...path, id]);
    }
  };
  for (const record of records) follow(record, [record.id]);
}
