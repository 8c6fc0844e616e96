import type { RequirementDeclaration, RequirementRecord } from './record.ts';
import { type RegisteredRequirement, register } from './registry.ts';

let declaring: { readonly area: string; readonly serial: boolean } | undefined;

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 * @param serial whether its requirements disturb others and therefore run after them, one at a time
 */
export function area(name: string, body: () => void, { serial = false }: { serial?: boolean } = {}): void {
  declaring = { area: name, serial };
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
  register({ ...recordOf(name, declaring.area, declaring.serial, declaration), verify });
}

function recordOf(name: string, within: string, serial: boolean, declaration: RequirementDeclaration): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], only, makes, reads } = declaration;
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, serial };
  return { ...record, ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
