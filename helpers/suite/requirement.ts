import { type RegisteredRequirement, register } from './declared.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';

let declaring: ({ -readonly [K in keyof AreaOptions]: AreaOptions[K] } & { readonly area: string }) | undefined;

interface AreaOptions {
  /** Whether its requirements disturb others and therefore run after them, one at a time. */
  readonly serial?: boolean;
  /** Whether its requirements may run at the same time as each other. */
  readonly concurrent?: boolean;
  /** Whether its requirements are about all workloads of the exporter at once, unless they declare otherwise. */
  readonly whole?: boolean;
  readonly prepare?: RegisteredRequirement['prepare'];
}

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 * @param options by default, its requirements run one at a time, beside those of other areas
 */
export function area(name: string, body: () => void): void;
export function area(name: string, options: AreaOptions, body: () => void): void;
export function area(name: string, body: () => void, options: AreaOptions): void;
export function area(name: string, first: AreaOptions | (() => void), second?: AreaOptions | (() => void)): void {
  const [body, options] =
    typeof first === 'function' ? [first, second as AreaOptions | undefined] : [second as () => void, first];
  declaring = { area: name, ...options };
  try {
    body();
  } finally {
    declaring = undefined;
  }
}

/** Declares an area whose requirements may run at the same time: each has objects of its own, and none counts those of another. */
area.concurrent = (name: string, body: () => void): void => area(name, body, { concurrent: true });

/**
 * Begins what takes long to start as soon as anything is verified, before the first requirement of the area can run.
 * @param prepare creates it, and is memoized: what it throws is thrown to the requirements that use it
 * @throws an Error outside of an area
 */
export function startEarly(prepare: NonNullable<RegisteredRequirement['prepare']>): void {
  if (!declaring) throw new Error('What starts early is declared outside of an area.');
  declaring.prepare = prepare;
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
  const { prepare } = declaring;
  register({ ...recordOf(name, declaring, declaration), ...(prepare && { prepare }), verify });
}

function recordOf(
  name: string,
  declared: AreaOptions & { readonly area: string },
  declaration: RequirementDeclaration,
): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], explainedBy = [], only, makes, reads } = declaration;
  const { area: within, serial = false, concurrent = false } = declared;
  const { whole = declared.whole } = declaration;
  const ordering = { serial, concurrent, ...(whole && { whole }) };
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, explainedBy, ...ordering };
  return { ...record, ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
