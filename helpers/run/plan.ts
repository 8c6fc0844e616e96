import type { Profile } from '../exporter/profile.ts';
import { admitted, auditable } from '../suite/conditions.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { ConditionFacts, Objection } from '../suite/record.ts';
import { isSelected } from '../suite/selection.ts';

/** What a run is going to do with each requirement. */
export interface Plan {
  readonly selected: readonly DeclaredRequirement[];
  /** By id, the reason. */
  readonly notApplicable: ReadonlyMap<string, string>;
  /** What the user's choice leaves out, by id, with the reason. */
  readonly skipped: ReadonlyMap<string, string>;
}

/** What is known of a run before it begins. */
interface Known {
  readonly profile: Profile;
  /** Whether what is under test is a known target as it is. */
  readonly documented: boolean;
  readonly facts: ConditionFacts;
}

/**
 * Decides which requirements run.
 * @param only areas and ids; empty for all
 */
export function planRun(declared: readonly DeclaredRequirement[], only: readonly string[], known: Known): Plan {
  const selected: DeclaredRequirement[] = [];
  const notApplicable = new Map<string, string>();
  const skipped = new Map<string, string>();
  for (const requirement of declared) {
    const { id } = requirement;
    const objection = objectionTo(requirement, known);
    if (objection && !objection.omits) notApplicable.set(id, objection.reason);
    else if (!isSelected(id, only)) skipped.set(id, `--only ${only.join(',')}`);
    else if (objection) skipped.set(id, objection.reason);
    else selected.push(requirement);
  }
  return { selected, notApplicable, skipped };
}

function objectionTo(requirement: DeclaredRequirement, { profile, documented, facts }: Known): Objection | undefined {
  const { feature, only } = requirement;
  if (feature === 'documented-rendering') {
    if (!documented) return { reason: 'Only a known target as it is has a documented rendering.', omits: false };
  } else if (!profile.features.has(feature)) {
    return { reason: `The profile ${profile.name} does not promise ${feature}.`, omits: false };
  }
  const objection = only?.(facts);
  if (objection?.omits === false) return objection;
  return auditable(requirement)(facts) ?? admitted(requirement)(facts) ?? objection;
}
