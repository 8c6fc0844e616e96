import { type RegisteredRequirement, register } from './declared.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';

let declaring: Declaring | undefined;

interface Declaring extends Required<AreaOptions> {
  readonly area: string;
}

interface AreaOptions {
  /** Whether its requirements disturb others and therefore run after them, one at a time. */
  readonly serial?: boolean;
  /** Whether its requirements are about all workloads of the exporter at once, unless they declare otherwise. */
  readonly whole?: boolean;
}

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 */
export function area(name: string, body: () => void): void;
export function area(name: string, options: AreaOptions, body: () => void): void;
export function area(name: string, body: () => void, options: AreaOptions): void;
export function area(name: string, first: AreaOptions | (() => void), second?: AreaOptions | (() => void)): void {
  const [body, options] =
    typeof first === 'function' ? [first, second as AreaOptions | undefined] : [second as () => void, first];
  const { serial = false, whole = false } = options ?? {};
  declaring = { area: name, serial, whole };
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

function recordOf(name: string, declared: Declaring, declaration: RequirementDeclaration): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], explainedBy = [], only, makes, reads } = declaration;
  const { area: within, serial } = declared;
  const { whole = declared.whole } = declaration;
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, explainedBy, serial };
  return { ...record, ...(whole && { whole }), ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
