import type { RequirementRecord } from './record.ts';

const records = new Map<string, RequirementRecord>();

/**
 * Takes a requirement into the list of all that the imported specs declare.
 * @throws an Error when two requirements have the same id
 */
export function register(record: RequirementRecord): void {
  if (records.has(record.id)) throw new Error(`Two requirements have the id ${record.id}; each needs one of its own.`);
  records.set(record.id, record);
}

/** All requirements of the specs that have been imported, in the order of their declaration. */
export function registeredRequirements(): readonly RequirementRecord[] {
  return [...records.values()];
}
