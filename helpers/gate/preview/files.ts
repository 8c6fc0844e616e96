import { withSavedExposition } from '../../account/explain.ts';
import { isNotable, recordedExporter } from '../../account/exporter-pod.ts';
import { storeSavedObjects } from '../../account/saved-objects.ts';
import { UsageError } from '../../errors.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import { type MeasuredSurface, surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import type { PreviewOrigin } from './options.ts';

/** What was read of files or of a cluster. */
export interface ReadOrigin {
  readonly objects: ObjectStore;
  /** Those of the objects that describe the exporter and the cluster. */
  readonly notable: readonly KubernetesObject[];
  /** The old release's own scrape; undefined to predict it. */
  readonly scrape?: {
    readonly surface: MeasuredSurface;
    /** `scrape metrics.txt` */
    readonly origin: string;
  };
  /** The release of Kubernetes; undefined if it is unknown. */
  readonly kubernetes?: string;
  /** The release and arguments of the deployed exporter, of a cluster. */
  readonly exporter?: { readonly version: string; readonly args: readonly string[] };
  /** The resources that the caller may not read. */
  readonly unread?: readonly string[];
  /** A client that only reads, for rules and dashboards of the cluster. */
  readonly client?: KubeClient;
}

/** @throws a UsageError for a file that cannot be read, and a scrape in OpenMetrics */
export async function readFiles({
  objects: path,
  metrics,
  maxBytes,
}: Extract<PreviewOrigin, { readonly kind: 'files' }>): Promise<ReadOrigin> {
  const notable: KubernetesObject[] = [];
  const objects = await storeSavedObjects(path, maxBytes, (object) => void (isNotable(object) && notable.push(object)));
  const captured = recordedExporter(path);
  const read = {
    objects,
    notable,
    ...(captured && { exporter: { version: captured.exporter, args: captured.args }, kubernetes: captured.kubernetes }),
  };
  if (metrics === undefined) return read;
  return { ...read, scrape: { surface: await readScrape(metrics, maxBytes), origin: `scrape ${metrics}` } };
}

function readScrape(path: string, maxBytes: number): Promise<MeasuredSurface> {
  return withSavedExposition(path, maxBytes, async ({ source, format }) => {
    if (format !== 'text') {
      throw new UsageError(`${path} is in OpenMetrics: expected the text format, as curl without an Accept header saves it.`);
    }
    return surfaceOfScrape(source, format);
  });
}
