import type { SurfaceSample } from './surface.ts';

/** One sample that is not the same on both sides; one side is undefined where the sample has no counterpart. */
export interface Change {
  readonly old: SurfaceSample | undefined;
  readonly new: SurfaceSample | undefined;
}

export type SurfaceKind =
  | 'family-gone'
  | 'family-new'
  | 'family-renamed'
  | 'family-silent'
  | 'family-filled'
  | 'header-gone'
  | 'header-new'
  | 'type'
  | 'stability'
  | 'deprecated'
  | 'label-gone'
  | 'label-new'
  | 'label-renamed'
  | 'label-value'
  | 'value'
  | 'series-gone'
  | 'series-new';

/** A difference between two surfaces before anybody has judged it. */
export interface SurfaceChange {
  readonly kind: SurfaceKind;
  readonly family: string;
  /** The label that is gone, new or has other values. */
  readonly label?: string;
  /** The new name of what was renamed; what the new side says of a type or a stability. */
  readonly to?: string;
  /** What the old side says of a type or a stability. */
  readonly from?: string;
  readonly changes: readonly Change[];
  /** How many series the family has on each side. */
  readonly series: { readonly old: number; readonly new: number };
}

/** `family-gone/kube_x`, `label-value/kube_pod_owner/owner_kind` */
export function changeId({ kind, family, label }: Pick<SurfaceChange, 'kind' | 'family' | 'label'>): string {
  return [kind, family, ...(label === undefined ? [] : [label])].join('/');
}
