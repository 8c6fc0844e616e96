import { tables } from '../../helpers/catalogue/resources/index.ts';
import { dropped, firstLine } from '../../helpers/suite/mutant/lines.ts';
import { scrapes } from '../../helpers/suite/mutant/scrapes.ts';

/** Loses the first sample of a metric group in each scrape: `configmaps`. */
export function lostSampleOf(resource: string) {
  const families = tables.find((table) => table.resource === resource)?.families.map(({ name }) => name) ?? [];
  return scrapes(firstLine((line) => families.some((family) => line.startsWith(`${family}{`)), dropped));
}
