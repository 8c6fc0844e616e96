import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RequirementRecord } from './record.ts';
import { registeredRequirements } from './registry.ts';

const specs = new URL('../../specs/', import.meta.url);

/** A requirement and the file that verifies it, relative to the project's root. */
export interface DeclaredRequirement extends RequirementRecord {
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
        .map((record) => ({ ...record, file: `specs/${file}` })),
    );
  }
  return declared;
}

function specFiles(): readonly string[] {
  const all = readdirSync(fileURLToPath(specs), { recursive: true }).map(String);
  return all.filter((file) => file.endsWith('.spec.ts')).sort();
}
