import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';

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
