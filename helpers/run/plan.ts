import { isSelected } from '../config/selection.ts';
import type { DeclaredRequirement } from '../requirement/declared.ts';
import type { ConditionFacts } from '../requirement/record.ts';
import type { Profile } from '../target/profile.ts';

/** What a run is going to do with each requirement. */
export interface Plan {
  readonly selected: readonly DeclaredRequirement[];
  /** By id, the reason. */
  readonly notApplicable: ReadonlyMap<string, string>;
  /** What the user's choice leaves out, by id, with the reason. */
  readonly leftOut: ReadonlyMap<string, string>;
}

/**
 * Decides which requirements run.
 * @param only areas and ids; empty for all
 * @param known the features of the run: those of the profile, and of a known target its documented rendering
 */
export function planRun(
  declared: readonly DeclaredRequirement[],
  only: readonly string[],
  known: { readonly profile: Profile; readonly documented: boolean; readonly facts: ConditionFacts },
): Plan {
  const selected: DeclaredRequirement[] = [];
  const notApplicable = new Map<string, string>();
  const leftOut = new Map<string, string>();
  for (const requirement of declared) {
    const { id } = requirement;
    const { inapplicable, omitted } = reasonAgainst(requirement, known);
    if (inapplicable !== undefined) notApplicable.set(id, inapplicable);
    else if (!isSelected(id, only)) leftOut.set(id, `--only ${only.join(',')}`);
    else if (omitted !== undefined) leftOut.set(id, omitted);
    else selected.push(requirement);
  }
  return { selected, notApplicable, leftOut };
}

function reasonAgainst(
  { feature, only }: DeclaredRequirement,
  { profile, documented, facts }: { profile: Profile; documented: boolean; facts: ConditionFacts },
): { inapplicable?: string; omitted?: string } {
  if (feature === 'documented-rendering') {
    if (!documented) return { inapplicable: 'Only a known target has a documented rendering.' };
  } else if (!profile.features.has(feature)) {
    return { inapplicable: `The profile ${profile.name} does not promise ${feature}.` };
  }
  if (only && !only.holds(facts)) return only.omits ? { omitted: only.reason } : { inapplicable: only.reason };
  return {};
}
