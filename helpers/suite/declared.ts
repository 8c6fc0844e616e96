import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sourceDirectory, sourceExtension } from '../source.ts';
import type { RequirementContext } from './context.ts';
import type { RequirementRecord } from './record.ts';

/** A requirement with its body. */
export interface RegisteredRequirement extends RequirementRecord {
  /** @throws when the requirement is not met */
  verify(context: RequirementContext): Promise<void>;
  /** Creates, in advance, what the requirements of its spec file share. */
  prepare?(context: RequirementContext): Promise<unknown>;
}

const requirements = new Map<string, RegisteredRequirement>();

/**
 * Adds a requirement to those that the imported specs declare.
 * @throws an Error when two requirements have the same id
 */
export function register(requirement: RegisteredRequirement): void {
  const { id } = requirement;
  if (requirements.has(id)) throw new Error(`Two requirements have the id ${id}; each needs one of its own.`);
  requirements.set(id, requirement);
}

/** All requirements of the specs that have been imported, in the order of their declaration. */
function registeredRequirements(): readonly RegisteredRequirement[] {
  return [...requirements.values()];
}

const specs = new URL('specs/', sourceDirectory);

/** A requirement and the file that verifies it. */
export interface DeclaredRequirement extends RegisteredRequirement {
  /** In the sources, relative to the project's root: `specs/dns/dns.spec.ts`. */
  readonly file: string;
}

/**
 * Imports specs and returns the requirements that they declare, by area; nothing is verified.
 * @param files as `DeclaredRequirement.file` names them; all unless given
 */
export async function declaredRequirements(files?: readonly string[]): Promise<readonly DeclaredRequirement[]> {
  const declared: DeclaredRequirement[] = [];
  for (const spec of specFiles()) {
    const file = `specs/${spec.replace(/\.js$/, '.ts')}`;
    if (files !== undefined && !files.includes(file)) continue;
    const before = registeredRequirements().length;
    await import(new URL(spec, specs).href);
    const added = registeredRequirements().slice(before);
    declared.push(...added.map((requirement) => ({ ...requirement, file })));
  }
  return declared;
}

/** The areas, from the manifests to their consumers; an area that is not listed comes last. */
const order = [
  'manifests',
  'scheduling',
  'probes',
  'hardening',
  'access',
  'secured',
  'dns',
  'endpoints',
  'exposition',
  'sharding',
  'freshness',
  'settings',
  'resilience',
  'scenarios',
  'consumers',
];

function specFiles(): readonly string[] {
  const files = readdirSync(fileURLToPath(specs), { recursive: true }).map(String);
  const place = (file: string) => {
    const index = order.indexOf(file.split('/')[0] ?? '');
    return index < 0 ? order.length : index;
  };
  // Within an area, the serial requirements come last.
  const sorted = files
    .filter((file) => file.endsWith(`.spec${sourceExtension}`))
    .sort((a, b) => a.length - b.length || a.localeCompare(b));
  return sorted.sort((a, b) => place(a) - place(b));
}
