import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sourceDirectory, sourceExtension } from '../source.ts';
import { type RegisteredRequirement, registeredRequirements } from './registry.ts';

const specs = new URL('specs/', sourceDirectory);

/** A requirement and the file that verifies it, relative to the project's root. */
export interface DeclaredRequirement extends RegisteredRequirement {
  readonly file: string;
}

/** Reads every spec and gives back what they declare, in the order of `specs/`; nothing is verified by that. */
export async function declaredRequirements(): Promise<readonly DeclaredRequirement[]> {
  const declared: DeclaredRequirement[] = [];
  for (const file of specFiles()) {
    const before = registeredRequirements().length;
    await import(new URL(file, specs).href);
    declared.push(
      ...registeredRequirements()
        .slice(before)
        .map((requirement) => ({ ...requirement, file: `specs/${file}` })),
    );
  }
  return declared;
}

/** The areas in the order in which one would look at a deployment; one that is not among them comes after them. */
const order = [
  'manifests',
  'scheduling',
  'probes',
  'hardening',
  'access',
  'dns',
  'endpoints',
  'exposition',
  'freshness',
  'resilience',
  'scenarios',
  'consumers',
];

function specFiles(): readonly string[] {
  const all = readdirSync(fileURLToPath(specs), { recursive: true }).map(String);
  const place = (file: string) => {
    const index = order.indexOf(file.split('/')[0] ?? '');
    return index < 0 ? order.length : index;
  };
  // The serial requirements of an area come after its others.
  const sorted = all
    .filter((file) => file.endsWith(`.spec${sourceExtension}`))
    .sort((a, b) => a.length - b.length || a.localeCompare(b));
  return sorted.sort((a, b) => place(a) - place(b));
}
