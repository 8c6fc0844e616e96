import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { parseSavedObjects } from '../account/saved-objects.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { lastApplied, withoutBookkeeping } from '../kube/object.ts';
import type { PackedBytes } from '../kube/packed-bytes.ts';
import { writePrivately } from '../private-files.ts';
import { labelWithSecret } from '../redaction/exposition.ts';
import { packageDirectory } from '../source.ts';
import { withFieldsRead } from './fields-read.ts';

/** The origin of a capture. */
interface CaptureOrigin {
  /** `v1.24.17` */
  readonly kubernetes: string;
  /** `v2.5.0` */
  readonly exporter: string;
  /** The exporter's own arguments. */
  readonly args: readonly string[];
  readonly target: string;
  /** The image of the node. */
  readonly cluster: string;
  /** The fields of its objects; objects of the oldest captures are complete except for secrets. */
  readonly fields?: typeof fieldsKept;
}

const fieldsKept = 'what the catalogue reads';

/** What is recorded: a scrape of an exporter with the objects of its samples, neither of which need be in memory as a whole. */
export type Recorded = Omit<Capture, 'metrics' | 'openMetrics' | 'objects' | 'objectsAfter'> & {
  readonly metrics: string | PackedBytes;
  readonly openMetrics?: string | PackedBytes;
  readonly objects: Iterable<KubernetesObject>;
  readonly objectsAfter?: Iterable<KubernetesObject>;
};

/** A scrape of an exporter with the objects of its samples. */
export interface Capture {
  readonly origin: CaptureOrigin;
  /** The scrape in the text format. */
  readonly metrics: string;
  /** A scrape of the same process a moment later in OpenMetrics, from releases that serve both formats. */
  readonly openMetrics?: string;
  /** The exporter's own metrics. */
  readonly telemetry: string;
  readonly objects: readonly KubernetesObject[];
  /** The objects after the scrape, if any changed during it. */
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
 * Writes a capture without secrets: of each object only the fields that explain its samples.
 * @throws an Error, before anything is written, when an exposition contains a secret
 */
export async function writeCapture(directory: string, capture: Recorded): Promise<void> {
  const { origin, metrics, openMetrics, telemetry, objects, objectsAfter } = capture;
  const files: Readonly<Record<string, Buffer>> = {
    [names.metrics]: await packedExposition(metrics),
    ...(openMetrics !== undefined && { [names.openMetrics]: await packedExposition(openMetrics) }),
    [names.telemetry]: await packedExposition(telemetry),
    [names.objects]: packedLines(objects, origin),
    ...(objectsAfter !== undefined && { [names.objectsAfter]: packedLines(objectsAfter, origin) }),
  };
  mkdirSync(directory, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writePrivately(join(directory, name), bytes);
  writePrivately(join(directory, names.origin), `${JSON.stringify({ ...origin, fields: fieldsKept }, null, 2)}\n`);
}

/** Reads a capture. @throws an Error when the directory holds none */
export function readCapture(directory: string): Capture {
  const present = new Set(readdirSync(directory));
  const read = (name: string) => gunzipSync(readFileSync(join(directory, name)));
  const objects = (name: string) => parseSavedObjects(read(name), join(directory, name));
  return {
    origin: JSON.parse(readFileSync(join(directory, names.origin), 'utf8')) as CaptureOrigin,
    metrics: read(names.metrics).toString('utf8'),
    ...(present.has(names.openMetrics) && { openMetrics: read(names.openMetrics).toString('utf8') }),
    telemetry: read(names.telemetry).toString('utf8'),
    objects: objects(names.objects),
    ...(present.has(names.objectsAfter) && { objectsAfter: objects(names.objectsAfter) }),
  };
}

function packed(text: string | Buffer): Buffer {
  return gzipSync(text, { level: 9 });
}

/** @throws an Error when the exposition contains a secret */
async function packedExposition(exposition: string | PackedBytes): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const lines of wholeLines(typeof exposition === 'string' ? [Buffer.from(exposition)] : exposition)) {
    refuseSecrets(lines.toString('utf8'));
    parts.push(packed(lines));
  }
  return parts.length === 0 ? packed('') : Buffer.concat(parts);
}

const NEWLINE = 0x0a;

/** The same bytes in parts that end with a line each, but for the last one. */
async function* wholeLines(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const part of source) {
    const bytes = Buffer.concat([rest, part]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

/** The number of characters that are packed at once: a file in gzip may have several parts. */
const PART = 2 ** 22;

/** What a generator yields, each time it is iterated over: objects that are not all in memory are read again. */
export function repeatable<T>(generate: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: generate };
}

/** A line for each object. */
function packedLines(objects: Iterable<KubernetesObject>, { exporter, args }: CaptureOrigin): Buffer {
  const options = parseExporterArguments(args);
  const cleaned = repeatable(function* () {
    for (const object of objects) yield withoutBookkeeping(object);
  });
  const parts: Buffer[] = [];
  let lines = '';
  for (const object of withFieldsRead(cleaned, { exporter, args, options })) {
    lines += `${JSON.stringify(object)}\n`;
    if (lines.length < PART) continue;
    parts.push(packed(lines));
    lines = '';
  }
  return Buffer.concat([...parts, packed(lines)]);
}

/** With an allowlist for annotations the exporter exposes whole objects, as kubectl stores them in one. */
function refuseSecrets(exposition: string): void {
  const label = labelWithSecret(exposition);
  if (label === undefined) return;
  throw new Error(
    `The label ${label} of the exposition contains an object or a secret, like the annotation ${lastApplied}: ` +
      'nothing was written. List single annotations and labels in the exporter’s allowlists instead of exposing all.',
  );
}

const recorded = fileURLToPath(new URL('fixtures/captures/', packageDirectory));

/** The names of all captures in `fixtures/captures`. */
export function recordedNames(): readonly string[] {
  return readdirSync(recorded)
    .filter((name) => name.startsWith('v'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Reads a capture in `fixtures/captures`. */
export function recordedCapture(name: string): Capture {
  return readCapture(join(recorded, name));
}
