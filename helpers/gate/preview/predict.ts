import { closeSync, openSync, writeSync } from 'node:fs';
import type { Inventory } from '../../accounting/inventory.ts';
import { writeSample } from '../../accounting/series.ts';
import { tables } from '../../catalogue/resources/index.ts';
import type { Exposition, Family } from '../../exposition/model.ts';
import { formatVersion } from '../../version.ts';
import { expectedSurface, type Release } from '../surface/expected.ts';

/**
 * The text exposition that the catalogue predicts of a release for the objects of an inventory.
 * Families have no HELP text, and `bytes` is the size of the file that `writeExposition` writes.
 * @param kubernetes `v1.34.1`; undefined to assume that every API is served
 * @throws Error when a row of the catalogue cannot compute the samples of an object
 */
export function predictExposition(release: Release, inventory: Inventory, kubernetes: string | undefined): Exposition {
  const surface = expectedSurface({ ...release, format: 'text', kubernetes }, inventory, tables);
  const families = new Map<string, Family>();
  let samples = 0;
  let bytes = 0;
  for (const { name, type, samples: ofFamily } of surface.families.values()) {
    const family: Family = {
      name,
      type,
      help: undefined,
      samples: ofFamily.map(({ labels, value }, index) => ({ name, labels, value, line: samples + index + 1 })),
    };
    families.set(name, family);
    samples += family.samples.length;
    for (const line of linesOf(family, formatVersion(release.exporter))) bytes += Buffer.byteLength(line);
  }
  return { format: 'text', bytes, samples, families, timestamps: { count: 0 } };
}

const CHUNK_CHARACTERS = 1 << 20;

/** Writes a predicted exposition in the text format; the HELP text of every family has that it is predicted. */
export function writeExposition(file: string, exposition: Exposition, release: string): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    let chunk = '';
    for (const family of exposition.families.values()) {
      for (const line of linesOf(family, release)) {
        chunk += line;
        if (chunk.length < CHUNK_CHARACTERS) continue;
        writeSync(descriptor, chunk);
        chunk = '';
      }
    }
    writeSync(descriptor, chunk);
  } finally {
    closeSync(descriptor);
  }
}

function* linesOf({ name, type, samples }: Family, release: string): Generator<string> {
  yield `# HELP ${name} Predicted for ${release}.\n# TYPE ${name} ${type ?? 'untyped'}\n`;
  for (const { labels, value } of samples) yield `${writeSample(name, labels, value)}\n`;
}
