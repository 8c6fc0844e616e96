import type { ExporterOptions } from '../../catalogue/arguments.ts';
import type { ResourceTable } from '../../catalogue/table.ts';
import type { Exposition } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';

/** A scrape of an exporter, with its release and options. */
export interface ScrapedSide {
  readonly exposition: Exposition;
  /** `v2.5.0` */
  readonly exporter: string;
  readonly options: ExporterOptions;
}

export interface SurfaceRequest {
  readonly old: ScrapedSide;
  readonly new: ScrapedSide;
  /** All objects before both scrapes, and after them. */
  readonly objects: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** `v1.34.1` */
  readonly kubernetes: string;
  /** Defaults to the whole catalogue. */
  readonly tables?: readonly ResourceTable[];
}
