import type { SurfaceSample } from '../../prometheus/rules/surface.ts';

/** A sample that differs between the sides; undefined on the side that lacks it. */
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

/** A difference between two surfaces, without a severity. */
export interface SurfaceChange {
  readonly kind: SurfaceKind;
  readonly family: string;
  /** The label that was removed, added or has other values. */
  readonly label?: string;
  /** The new name, type or stability. */
  readonly to?: string;
  /** The old type or stability. */
  readonly from?: string;
  readonly changes: readonly Change[];
  /** The number of series of the family on each side. */
  readonly series: { readonly old: number; readonly new: number };
}

/** `family-gone/kube_x`, `label-value/kube_pod_owner/owner_kind` */
export function changeId({ kind, family, label }: Pick<SurfaceChange, 'kind' | 'family' | 'label'>): string {
  return [kind, family, ...(label === undefined ? [] : [label])].join('/');
}
