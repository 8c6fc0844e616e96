import { seriesKey } from '../../accounting/series.ts';
import type { Exposition, Family, Format, Sample } from '../../exposition/model.ts';

/** A family as it is compared: what its header says, and its samples. */
export type SurfaceFamily = Pick<Family, 'name' | 'type' | 'help'> & { readonly samples: readonly SurfaceSample[] };

export type SurfaceSample = Pick<Sample, 'labels' | 'value'>;

/** What an exporter shows to whoever scrapes it. */
export interface Surface {
  readonly format: Format;
  readonly families: ReadonlyMap<string, SurfaceFamily>;
}

/** A sample that is left out of the comparison, as its object was not the same before and after the scrape. */
export interface LeftOut {
  readonly family: string;
  readonly labels: Sample['labels'];
}

/** The surface of a scrape, without the samples of objects that did not hold still. */
export function surfaceOf({ format, families }: Exposition, leftOut: readonly LeftOut[]): Surface {
  const out = new Set(leftOut.map(({ family, labels }) => `${family} ${seriesKey(labels)}`));
  const kept = [...families.values()].map(({ name, type, help, samples }): SurfaceFamily => {
    const settled = samples.filter((sample) => !out.has(`${sample.name} ${seriesKey(sample.labels)}`));
    return { name: familyName(name, format), type, help, samples: settled };
  });
  return { format, families: new Map(kept.map((family) => [family.name, family])) };
}

/** In OpenMetrics a counter's header may carry the `_total` of its samples or not: one name for both. */
export function familyName(name: string, format: Format): string {
  return format === 'openmetrics' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
}
