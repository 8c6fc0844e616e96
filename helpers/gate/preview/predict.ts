import { closeSync, openSync, writeSync } from 'node:fs';
import type { Inventory } from '../../accounting/inventory.ts';
import { writeSample } from '../../accounting/series.ts';
import { tables } from '../../catalogue/resources/index.ts';
import type { MeasuredSurface, Surface, SurfaceFamily } from '../../prometheus/rules/surface.ts';
import { formatVersion } from '../../version.ts';
import { expectedSurface, type Release } from '../surface/expected.ts';

/**
 * The surface that the catalogue predicts of a release for the objects of an inventory, in the text format.
 * Families have no HELP text, and `bytes` is the size of the file that `writeExposition` writes.
 * @param kubernetes `v1.34.1`; undefined to assume that every API is served
 * @throws Error when a row of the catalogue cannot compute the samples of an object
 */
export function predictExposition(release: Release, inventory: Inventory, kubernetes: string | undefined): MeasuredSurface {
  const surface = expectedSurface({ ...release, format: 'text', kubernetes }, inventory, tables);
  const version = formatVersion(release.exporter);
  let [samples, bytes] = [0, 0];
  for (const family of surface.families.values()) {
    samples += family.samples.length;
    bytes += Buffer.byteLength(headOf(family, version)) + family.samples.bytes(family.name);
  }
  return { ...surface, samples, bytes };
}

const CHUNK_CHARACTERS = 1 << 20;

/** Writes a predicted exposition in the text format; the HELP text of every family has that it is predicted. */
export function writeExposition(file: string, { families }: Surface, release: string): void {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    let chunk = '';
    for (const family of families.values()) {
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

function* linesOf(family: SurfaceFamily, release: string): Generator<string> {
  yield headOf(family, release);
  for (const { labels, value } of family.samples) yield `${writeSample(family.name, labels, value)}\n`;
}

function headOf({ name, type }: SurfaceFamily, release: string): string {
  return `# HELP ${name} Predicted for ${release}.\n# TYPE ${name} ${type ?? 'untyped'}\n`;
}
