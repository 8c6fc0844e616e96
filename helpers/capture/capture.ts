import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseSavedObjects } from '../account/saved-objects.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { lastApplied, withoutBookkeeping } from '../kube/bookkeeping.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { writePrivately } from '../private-files.ts';
import { labelWithSecret } from '../redaction/exposition.ts';
import { withFieldsRead } from './fields-read.ts';

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
  /** Which fields its objects have; those of the oldest captures are whole, but for secrets. */
  readonly fields?: typeof fieldsKept;
}

const fieldsKept = 'what the catalogue reads';

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
 * Writes a capture without anything that should be kept from others: of each object the fields that explain its samples.
 * @throws an Error, before anything is written, when an exposition itself holds such
 */
export function writeCapture(directory: string, capture: Capture): void {
  const { origin, metrics, openMetrics, telemetry, objects, objectsAfter } = capture;
  for (const exposition of [metrics, openMetrics ?? '', telemetry]) refuseSecrets(exposition);
  const lines = (list: readonly KubernetesObject[]) => linesOf(list, origin);
  const files: Readonly<Record<string, string>> = {
    [names.metrics]: metrics,
    ...(openMetrics !== undefined && { [names.openMetrics]: openMetrics }),
    [names.telemetry]: telemetry,
    [names.objects]: lines(objects),
    ...(objectsAfter !== undefined && { [names.objectsAfter]: lines(objectsAfter) }),
  };
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) writePrivately(join(directory, name), gzipSync(text, { level: 9 }));
  writePrivately(join(directory, names.origin), `${JSON.stringify({ ...origin, fields: fieldsKept }, null, 2)}\n`);
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

function linesOf(objects: readonly KubernetesObject[], { exporter, args }: CaptureOrigin): string {
  const options = parseExporterArguments(args);
  const kept = withFieldsRead(objects.map(withoutBookkeeping), { exporter, args, options });
  return kept.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** An exporter exposes annotations when its arguments say so, and in them whole objects as kubectl applied them. */
function refuseSecrets(exposition: string): void {
  const label = labelWithSecret(exposition);
  if (label === undefined) return;
  throw new Error(
    `The exposition has a label ${label} with an object or a secret in it, such as the annotation ${lastApplied} has: ` +
      'nothing was written. Name the annotations and labels in the allowlists of the exporter instead of exposing all.',
  );
}
