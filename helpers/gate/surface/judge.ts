import type { Severity } from '../difference.ts';
import type { SurfaceKind } from './change.ts';
import type { Classified } from './classify.ts';

/** What takes something away from whoever relied on it. */
const losses: readonly SurfaceKind[] = [
  'family-gone',
  'family-renamed',
  'family-silent',
  'label-gone',
  'label-renamed',
  'label-value',
  'series-gone',
  'type',
  'value',
];

/** What a STABLE family promises not to do within a major version. Source: the exporter's documentation of metric stability. */
const broken: readonly SurfaceKind[] = ['family-gone', 'family-renamed', 'label-gone', 'label-renamed'];

/**
 * What a difference means. A loss that nobody documented is a defect of the candidate; a documented one is a reject where it breaks
 * what a stable family promises; headers of nothing are nothing.
 * @param stable whether the old side's family is one whose name and labels were promised
 */
export function severityOf({ kind, origin, changes }: Classified, stable: boolean): Severity {
  if (kind === 'header-gone' || kind === 'header-new') return 'nothing';
  if (origin === 'surprise') return losses.includes(kind) ? 'reject' : 'know';
  if (!stable) return 'know';
  if (broken.includes(kind)) return 'reject';
  // Series of 0 alone say what their absence says as well.
  const lost = kind === 'family-silent' && changes.some(({ old }) => old !== undefined && old.value !== 0);
  return lost ? 'reject' : 'know';
}
