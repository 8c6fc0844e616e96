import { seriesKey } from '../../accounting/series.ts';
import type { SurfaceFamily, SurfaceSample } from '../../prometheus/rules/surface.ts';

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Pairs of a removed and an added family with exactly the same series and values; ambiguous ones are ignored. */
export function renamedFamilies(gone: readonly SurfaceFamily[], arrived: readonly SurfaceFamily[]): readonly Rename[] {
  const contents = (families: readonly SurfaceFamily[]) => families.filter(({ samples }) => samples.length > 0).map(contentOf);
  return uniquePairs(contents(gone), contents(arrived));
}

/** Pairs of a removed and an added label with the same values on the same series; ambiguous ones are ignored. */
export function renamedLabels(
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  gone: readonly string[],
  arrived: readonly string[],
): readonly Rename[] {
  if (gone.length === 0 || arrived.length === 0) return [];
  const excluded = new Set([...gone, ...arrived]);
  const contents = (samples: readonly SurfaceSample[], labels: readonly string[]) =>
    labels.map((label) => ({ name: label, content: labelContent(samples, label, excluded) }));
  return uniquePairs(contents(old, gone), contents(now, arrived));
}

interface Content {
  readonly name: string;
  readonly content: string;
}

function contentOf({ name, samples }: SurfaceFamily): Content {
  return { name, content: sorted(samples.map(({ labels, value }) => `${seriesKey(labels)} ${value}`)) };
}

/** Empty for a label that is empty on all series, which cannot be recognized under another name. */
function labelContent(samples: readonly SurfaceSample[], label: string, excluded: ReadonlySet<string>): string {
  const having = samples.filter(({ labels }) => (labels[label] ?? '') !== '');
  return sorted(
    having.map(({ labels }) => {
      const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => !excluded.has(name)));
      return `${seriesKey(rest)} ${labels[label]}`;
    }),
  );
}

function sorted(lines: string[]): string {
  return lines.sort().join('\n');
}

function uniquePairs(old: readonly Content[], now: readonly Content[]): readonly Rename[] {
  return old.flatMap(({ name: from, content }) => {
    if (content === '' || old.filter((candidate) => candidate.content === content).length > 1) return [];
    const same = now.filter((candidate) => candidate.content === content);
    const [only] = same;
    return only && same.length === 1 ? [{ from, to: only.name }] : [];
  });
}
