import { type RegisteredRequirement, register } from './declared.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';
import { whyNotCopied, withCopies } from './workload-copy.ts';

interface AreaOptions {
  /** Whether its requirements disturb others and therefore run after them, one at a time. */
  readonly serial?: boolean;
  /** Whether its requirements may run at the same time: each has objects of its own, and none counts those of another. */
  readonly concurrent?: boolean;
  /** Whether its requirements take longest, one waiting for the other or for time to pass: they are executed before others that could be. */
  readonly long?: boolean;
  /** Whether its requirements are about all workloads of the exporter at once, unless they declare otherwise. */
  readonly whole?: boolean;
  /** Whether its requirements are about a ServiceAccount, with all workloads that run as it, unless they declare otherwise. */
  readonly byAccount?: boolean;
  /**
   * Begins what takes long to start as soon as anything is verified, before the first requirement of the area can run. It is memoized: what it
   * throws is thrown to the requirements that use it.
   */
  readonly prepare?: NonNullable<RegisteredRequirement['prepare']>;
}

/** What a requirement declares, and on what it is executed. */
interface ExecutedDeclaration extends RequirementDeclaration {
  /**
   * The name of copies of the exporter's workloads, which a serial requirement disturbs in place of the exporter where it can be copied. It is
   * then executed beside the others.
   */
  readonly onCopies?: string;
  /** What it begins in advance, in place of that of its area. */
  readonly prepare?: AreaOptions['prepare'];
}

let declaring: (AreaOptions & { readonly area: string }) | undefined;

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param options by default, its requirements run one at a time, beside those of other areas, and for each workload
 * @param body declares the requirements
 */
export function area(name: string, body: () => void): void;
export function area(name: string, options: AreaOptions, body: () => void): void;
export function area(name: string, first: AreaOptions | (() => void), second?: () => void): void {
  const [options, body] = typeof first === 'function' ? [{}, first] : [first, second];
  declaring = { area: name, ...options };
  try {
    body?.();
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
export function requirement(name: string, declaration: ExecutedDeclaration, verify: RegisteredRequirement['verify']): void {
  if (!declaring) throw new Error(`The requirement "${name}" is declared outside of an area.`);
  const { prepare = declaring.prepare, onCopies } = declaration;
  const record = recordOf(name, declaring, declaration);
  if (onCopies === undefined) {
    register({ ...record, ...(prepare && { prepare }), verify });
    return;
  }
  const copied = withCopies(onCopies, record.whole === true);
  register({
    ...record,
    besideOthers: (workloads) => whyNotCopied(workloads) === undefined,
    prepare: async (context) => {
      const copies = await copied(context);
      await prepare?.(copies.context);
    },
    verify: async (context) => {
      const copies = await copied(context);
      await verify({ ...copies.context, observed: context.observed });
      // After a failure they are kept for the diagnostics.
      await copies.remove();
    },
  });
}

function recordOf(
  name: string,
  declared: AreaOptions & { readonly area: string },
  declaration: RequirementDeclaration,
): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], explainedBy = [], only, makes, reads } = declaration;
  const { area: within, serial = false, concurrent = false, long } = declared;
  const { besideOthers } = declaration;
  const declaresScope = declaration.whole !== undefined || declaration.byAccount !== undefined;
  const { whole, byAccount } = declaresScope ? declaration : declared;
  const scope = { ...(whole && { whole }), ...(byAccount && { byAccount }) };
  const ordering = { serial, concurrent, ...(long && { long }), ...scope, ...(besideOthers && { besideOthers }) };
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, explainedBy, ...ordering };
  return { ...record, ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
