import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { DeclaredRequirement } from './declared.ts';

/**
 * The areas and ids of `--only`, each a single time.
 * @param requirements every id; without them the names are not validated
 * @throws UsageError when a name is neither an area nor an id, with the nearest one, or when none is given
 */
export function selectionOf(text: string | undefined, requirements?: readonly string[]): readonly string[] {
  if (text === undefined) return [];
  const names = [
    ...new Set(
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ];
  if (names.length === 0) throw new UsageError('--only needs at least one area or requirement id.');
  if (!requirements) return names;
  const areas = new Set(requirements.map(areaOf));
  for (const name of names) {
    if (areas.has(name) || requirements.includes(name)) continue;
    const candidates = name.includes('/') ? requirements : [...areas];
    throw new UsageError(`There is no area or requirement "${name}"${didYouMean(name, candidates)}`);
  }
  return names;
}

/** Whether a requirement is selected; an empty selection is every requirement. */
export function isSelected(id: string, only: readonly string[]): boolean {
  return only.length === 0 || only.includes(id) || only.includes(areaOf(id));
}

function areaOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/'));
}

type Requirement = Pick<DeclaredRequirement, 'id' | 'area' | 'sentence' | 'file'>;

/** The name of a requirement as a test: its id, so that `-t dns/headless` finds it, and its sentence. */
export function titleOf({ id, sentence }: Pick<Requirement, 'id' | 'sentence'>): string {
  return `${id}: ${sentence}`;
}

/**
 * What jest has selected. A requirement that is not among it is not part of the run, also where a selected one needs it.
 * @param files spec files, relative to the project's root
 * @param pattern of `-t`, matched with the test's name without regard to case; empty for none
 */
export function selectTests<R extends Requirement>(
  declared: readonly R[],
  files: readonly string[],
  pattern: string,
): { readonly inFiles: readonly R[]; readonly selected: readonly R[] } {
  const inFiles = declared.filter(({ file }) => files.includes(file));
  const name = new RegExp(pattern, 'i');
  return { inFiles, selected: inFiles.filter((requirement) => name.test(titleOf(requirement))) };
}

/** The selection as `--only` has it: nothing where it is everything, an area for all of its requirements, else ids. */
export function idsToOnly(selected: readonly Requirement[], declared: readonly Requirement[]): readonly string[] {
  if (selected.length === declared.length) return [];
  const sizeOf = (requirements: readonly Requirement[], area: string) =>
    requirements.filter((requirement) => requirement.area === area).length;
  const isWhole = (area: string) => sizeOf(selected, area) === sizeOf(declared, area);
  return [...new Set(selected.map(({ id, area }) => (isWhole(area) ? area : id)))];
}
