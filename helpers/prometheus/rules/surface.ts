import { seriesKey } from '../../accounting/series.ts';
import type { Exposition, Family, Format, Sample } from '../../exposition/model.ts';

/** A family with its header and samples, as far as it is compared. */
export type SurfaceFamily = Pick<Family, 'name' | 'type' | 'help'> & { readonly samples: readonly SurfaceSample[] };

export type SurfaceSample = Pick<Sample, 'labels' | 'value'>;

/** All families that an exporter exposes. */
export interface Surface {
  readonly format: Format;
  readonly families: ReadonlyMap<string, SurfaceFamily>;
}

/** A sample that is not compared, as its object changed during the scrape. */
export interface IgnoredSample {
  readonly family: string;
  readonly labels: Sample['labels'];
}

/** The surface of an exposition without the ignored samples. */
export function surfaceOf({ format, families }: Exposition, ignored: readonly IgnoredSample[]): Surface {
  const ignoredKeys = new Set(ignored.map(({ family, labels }) => `${family} ${seriesKey(labels)}`));
  const compared = [...families.values()].map(({ name, type, help, samples }): SurfaceFamily => {
    const kept = samples.filter((sample) => !ignoredKeys.has(`${sample.name} ${seriesKey(sample.labels)}`));
    return { name: familyName(name, format), type, help, samples: kept };
  });
  return { format, families: new Map(compared.map((family) => [family.name, family])) };
}

/** The family name without `_total`, which OpenMetrics headers of counters may have or not. */
export function familyName(name: string, format: Format): string {
  return format === 'openmetrics' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
}
