import { seriesKey } from '../../accounting/series.ts';
import type { SurfaceFamily, SurfaceSample } from './surface.ts';

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** Families that are gone, each with the only new one that has the very same series and values. */
export function renamedFamilies(gone: readonly SurfaceFamily[], arrived: readonly SurfaceFamily[]): readonly Rename[] {
  const contents = (families: readonly SurfaceFamily[]) => families.filter(({ samples }) => samples.length > 0).map(contentOf);
  return uniquePairs(contents(gone), contents(arrived));
}

/** Labels that are gone, each with the only new one that has the same values on the same series. */
export function renamedLabels(
  old: readonly SurfaceSample[],
  now: readonly SurfaceSample[],
  gone: readonly string[],
  arrived: readonly string[],
): readonly Rename[] {
  if (gone.length === 0 || arrived.length === 0) return [];
  const without = new Set([...gone, ...arrived]);
  const contents = (samples: readonly SurfaceSample[], labels: readonly string[]) =>
    labels.map((label) => ({ name: label, content: labelContent(samples, label, without) }));
  return uniquePairs(contents(old, gone), contents(now, arrived));
}

interface Content {
  readonly name: string;
  readonly content: string;
}

function contentOf({ name, samples }: SurfaceFamily): Content {
  return { name, content: sorted(samples.map(({ labels, value }) => `${seriesKey(labels)} ${value}`)) };
}

/** A label that is empty throughout says nothing that could be told under another name. */
function labelContent(samples: readonly SurfaceSample[], label: string, without: ReadonlySet<string>): string {
  const having = samples.filter(({ labels }) => (labels[label] ?? '') !== '');
  return sorted(
    having.map(({ labels }) => {
      const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => !without.has(name)));
      return `${seriesKey(rest)} ${labels[label]}`;
    }),
  );
}

function sorted(lines: string[]): string {
  return lines.sort().join('\n');
}

function uniquePairs(old: readonly Content[], now: readonly Content[]): readonly Rename[] {
  return old.flatMap(({ name: from, content }) => {
    if (content === '' || old.filter((one) => one.content === content).length > 1) return [];
    const same = now.filter((one) => one.content === content);
    const [only] = same;
    return only && same.length === 1 ? [{ from, to: only.name }] : [];
  });
}
