import type { RequirementContext } from './context.ts';
import type { RequirementRecord } from './record.ts';

/** A requirement with its body. */
export interface RegisteredRequirement extends RequirementRecord {
  /** @throws when the requirement is not met */
  verify(context: RequirementContext): Promise<void>;
}

const requirements = new Map<string, RegisteredRequirement>();

/**
 * Takes a requirement into the list of all that the imported specs declare.
 * @throws an Error when two requirements have the same id
 */
export function register(requirement: RegisteredRequirement): void {
  const { id } = requirement;
  if (requirements.has(id)) throw new Error(`Two requirements have the id ${id}; each needs one of its own.`);
  requirements.set(id, requirement);
}

/** All requirements of the specs that have been imported, in the order of their declaration. */
export function registeredRequirements(): readonly RegisteredRequirement[] {
  return [...requirements.values()];
}
