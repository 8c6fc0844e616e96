import { type RegisteredRequirement, register } from './declared.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';

interface AreaSettings {
  /** Whether its requirements disturb others and therefore run after them, one at a time. */
  readonly serial?: boolean;
  /** Whether its requirements may run at the same time as each other: each has objects of its own, and none counts those of another. */
  readonly concurrent?: boolean;
}

let declaring: (AreaSettings & { readonly area: string }) | undefined;

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 * @param settings by default, its requirements run one at a time, beside those of other areas
 */
export function area(name: string, body: () => void, settings: AreaSettings = {}): void {
  declaring = { area: name, ...settings };
  try {
    body();
  } finally {
    declaring = undefined;
  }
}

/**
 * Declares one requirement.
 * @param name the part of the id behind the area
 * @param declaration its sentence, and where that comes from
 * @param verify throws when the requirement is not met
 * @throws an Error outside of an area, or when another requirement has the id
 */
export function requirement(name: string, declaration: RequirementDeclaration, verify: RegisteredRequirement['verify']): void {
  if (!declaring) throw new Error(`The requirement "${name}" is declared outside of an area.`);
  register({ ...recordOf(name, declaring, declaration), verify });
}

function recordOf(
  name: string,
  { area: within, serial = false, concurrent = false }: AreaSettings & { readonly area: string },
  declaration: RequirementDeclaration,
): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], explainedBy = [], only, makes, reads } = declaration;
  const record = {
    id: `${within}/${name}`,
    area: within,
    sentence,
    level,
    source,
    feature,
    needs,
    explainedBy,
    serial,
    concurrent,
  };
  return { ...record, ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
