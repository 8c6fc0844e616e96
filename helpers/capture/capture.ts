import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseSavedObjects } from '../accounting/offline/saved-objects.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { refuseLastApplied, withoutSecrets } from './without-secrets.ts';

/** Where a capture comes from. */
interface CaptureOrigin {
  /** `v1.24.17` */
  readonly kubernetes: string;
  /** `v2.5.0` */
  readonly exporter: string;
  /** The exporter's own arguments. */
  readonly args: readonly string[];
  readonly target: string;
  /** The node's image. */
  readonly cluster: string;
}

/** A scrape of an exporter with the objects that it tells of. */
export interface Capture {
  readonly origin: CaptureOrigin;
  /** In the text format. */
  readonly metrics: string;
  /** The same process a moment later in the other format, from releases that can answer both. */
  readonly openMetrics?: string;
  /** What the exporter tells of itself. */
  readonly telemetry: string;
  readonly objects: readonly KubernetesObject[];
  /** Only where objects changed during the scrape: as they were after it. */
  readonly objectsAfter?: readonly KubernetesObject[];
}

const names = {
  origin: 'versions.json',
  metrics: 'metrics.txt.gz',
  openMetrics: 'openmetrics.txt.gz',
  telemetry: 'telemetry.txt.gz',
  objects: 'objects.jsonl.gz',
  objectsAfter: 'objects-after.jsonl.gz',
} as const;

/**
 * Writes a capture without anything that should be kept from others.
 * @throws an Error, before anything is written, when the exposition itself holds such
 */
export function writeCapture(directory: string, capture: Capture): void {
  const { origin, metrics, openMetrics, telemetry, objects, objectsAfter } = capture;
  refuseLastApplied(metrics);
  mkdirSync(directory, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(directory, name), gzipSync(text, { level: 9 }));
  write(names.metrics, metrics);
  if (openMetrics !== undefined) write(names.openMetrics, openMetrics);
  write(names.telemetry, telemetry);
  write(names.objects, lines(objects));
  if (objectsAfter !== undefined) write(names.objectsAfter, lines(objectsAfter));
  writeFileSync(join(directory, names.origin), `${JSON.stringify(origin, null, 2)}\n`);
}

/** @throws an Error when the directory holds no capture */
export function readCapture(directory: string): Capture {
  const there = new Set(readdirSync(directory));
  const read = (name: string) => gunzipSync(readFileSync(join(directory, name)));
  const objects = (name: string) => parseSavedObjects(read(name), join(directory, name));
  return {
    origin: JSON.parse(readFileSync(join(directory, names.origin), 'utf8')) as CaptureOrigin,
    metrics: read(names.metrics).toString('utf8'),
    ...(there.has(names.openMetrics) && { openMetrics: read(names.openMetrics).toString('utf8') }),
    telemetry: read(names.telemetry).toString('utf8'),
    objects: objects(names.objects),
    ...(there.has(names.objectsAfter) && { objectsAfter: objects(names.objectsAfter) }),
  };
}

function lines(objects: readonly KubernetesObject[]): string {
  return objects.map((object) => `${JSON.stringify(withoutSecrets(object))}\n`).join('');
}
