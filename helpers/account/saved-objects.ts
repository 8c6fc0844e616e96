import { constants } from 'node:buffer';
import { closeSync, readSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { parseYaml } from '../exporter/render.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { beginning, headOf, openSavedFile, sizeOfSavedFile } from '../saved-file.ts';
import { splitItems } from './list-items.ts';

const NEWLINE = 0x0a;
const CHUNK = 1024 * 1024;

/** Limits of what is parsed at once, in bytes. */
interface ParsingLimits {
  /** What fits into a string. */
  readonly longest: number;
  /** A longer JSON document is split into its items. */
  readonly whole: number;
}

const parsingLimits: ParsingLimits = { longest: constants.MAX_STRING_LENGTH, whole: 2 ** 26 };

/** Reads from a position into a buffer, and returns the number of bytes. */
type ReadAt = (into: Buffer, position: number) => number;

interface Content {
  readonly size: number;
  readonly readAt: ReadAt;
  /** How an error names it. */
  readonly origin: string;
}

/**
 * Reads saved objects into a store: what `kubectl get … -o json` or `-o yaml` prints (a list, or one object), or one object or list a line;
 * plain or gzipped. JSON is read in pieces, so that memory depends on the number of objects and hardly on their size.
 * @param maxBytes how much the file may hold, once it is unpacked
 * @param onObject called with each object
 * @returns at least one object
 * @throws a UsageError that names the file, and the line where there is one, when something in it is no object, or when it has none.
 */
export async function storeSavedObjects(
  path: string,
  maxBytes: number,
  onObject: (object: KubernetesObject) => void,
): Promise<ObjectStore> {
  const store = new ObjectStore();
  await eachSavedObject(path, maxBytes, (object) => {
    store.add(object);
    onObject(object);
  });
  return store;
}

async function eachSavedObject(path: string, maxBytes: number, take: (object: KubernetesObject) => void): Promise<void> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const size = sizeOfSavedFile(file, path, maxBytes);
    let count = 0;
    const readAt: ReadAt = (into, position) => readSync(file, into, 0, into.length, position);
    parseEach({ size, readAt, origin: path }, parsingLimits, (object) => {
      count += 1;
      take(object);
    });
    if (count > 0) return;
    throw new UsageError(
      `${path} holds no object, and accounting for nothing proves nothing: expected what kubectl get -o json prints of the resources that the exporter reads; it begins with ${beginning(headOf(file).toString('utf8'))}.`,
    );
  } finally {
    closeSync(file);
  }
}

/**
 * The same of bytes that are already there; `origin` is how an error names them.
 * @param longest the most bytes that are parsed at once: what fits into a string
 * @param whole the size from which a JSON document is split into its items
 */
export function parseSavedObjects(
  bytes: Buffer,
  origin: string,
  longest = parsingLimits.longest,
  whole = parsingLimits.whole,
): readonly KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  const readAt: ReadAt = (into, position) => bytes.copy(into, 0, position);
  parseEach({ size: bytes.length, readAt, origin }, { longest, whole }, (object) => void objects.push(object));
  return objects;
}

function parseEach(content: Content, limits: ParsingLimits, take: (object: KubernetesObject) => void): void {
  const { origin, size } = content;
  const tooLong = () => new UsageError(`${origin} is too long to read at once: write one object a line (jq -c '.items[]').`);
  const textOf = (bytes: Buffer) => {
    if (bytes.length > limits.longest) throw tooLong();
    return bytes.toString('utf8').trim();
  };
  const begin = firstLine(content, textOf, limits.whole);
  if (begin !== undefined && YAML_BEGINS.test(begin)) {
    for (const document of parseYaml(textOf(wholeOf(content)), origin)) collect(document, origin, take);
  } else if (begin !== undefined && parsesAlone(begin)) {
    for (const { text, line } of lines(content, textOf))
      collect(parse(text, `${origin}, line ${line},`), `${origin}, line ${line}`, take);
  } else if (size <= limits.whole || !collectItems(content, take)) {
    if (size > limits.longest) throw tooLong();
    collect(parse(textOf(wholeOf(content)), origin), origin, take);
  }
}

/** Takes the objects of a list of any size, one after another. Returns false, and takes none, if it is no list. */
function collectItems(content: Content, take: (object: KubernetesObject) => void): boolean {
  // The kind of a list may come after its items.
  const rest = splitItems(chunksOf(content), () => undefined);
  const list: unknown = rest === undefined ? undefined : parse(rest, content.origin);
  if (!isList(list)) return false;
  splitItems(chunksOf(content), (text) => collect({ ...list, items: [parse(text, content.origin)] }, content.origin, take));
  return true;
}

/** What the first line of YAML is: a document's marker, a comment, or a field of an object. */
const YAML_BEGINS = /^(?:---|%YAML|#|[A-Za-z]\w*:(?:\s|$))/;

/** A line that is JSON by itself begins a file of such lines; kubectl's own output is spread over many. */
function parsesAlone(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** The first line with text; undefined if it is longer than `most`. */
function firstLine(content: Content, textOf: (bytes: Buffer) => string, most: number): string | undefined {
  const start = Buffer.alloc(Math.min(content.size, most));
  content.readAt(start, 0);
  const isWhole = start.length === content.size;
  if (!isWhole && !start.includes(NEWLINE)) return undefined;
  for (const { text } of lines({ ...content, size: start.length, readAt: (into, at) => start.copy(into, 0, at) }, textOf))
    return text;
  return '';
}

function* lines(content: Content, textOf: (bytes: Buffer) => string): Generator<{ text: string; line: number }> {
  let line = 1;
  let parts: Buffer[] = [];
  const next = function* (end: Buffer) {
    const text = textOf(parts.length === 0 ? end : Buffer.concat([...parts, end]));
    parts = [];
    if (text !== '') yield { text, line };
    line += 1;
  };
  for (const chunk of chunksOf(content)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield* next(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) parts.push(Buffer.from(chunk.subarray(start)));
  }
  if (parts.length > 0) yield* next(Buffer.alloc(0));
}

/** The content in chunks, each of which is valid until the next one. */
function* chunksOf({ size, readAt }: Content): Generator<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, Math.max(size, 1)));
  for (let position = 0; position < size; ) {
    const length = readAt(buffer, position);
    if (length === 0) return;
    position += length;
    yield buffer.subarray(0, length);
  }
}

function wholeOf(content: Content): Buffer {
  const chunks: Buffer[] = [];
  for (const chunk of chunksOf(content)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function parse(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `${origin} is not JSON: expected Kubernetes objects, as kubectl get -o json prints them (${why}); it begins with ${beginning(text)}.`,
      { cause: error },
    );
  }
}

function collect(value: unknown, origin: string, take: (object: KubernetesObject) => void): void {
  if (!isList(value)) {
    take(objectOf(value, origin));
    return;
  }
  const type = itemType(value.kind, value.apiVersion);
  for (const item of value.items) take(objectOf(isRecord(item) ? { ...type, ...item } : item, origin));
}

function objectOf(value: unknown, origin: string): KubernetesObject {
  if (isObject(value)) return value;
  throw new UsageError(
    `${origin} holds something that is no Kubernetes object: expected apiVersion, kind and metadata.name; it is ${inWords(value)}.`,
  );
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return beginning(value);
  if (!isRecord(value)) return Array.isArray(value) ? 'an array' : String(value);
  if (value.kind === 'Status') return `what the API answered instead: ${JSON.stringify(value.message ?? value.reason)}`;
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'nothing in it'}`;
}

interface List {
  readonly kind: string;
  readonly apiVersion?: unknown;
  readonly items: readonly unknown[];
}

function isList(value: unknown): value is List {
  return isRecord(value) && typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items);
}

/** The fields that the API omits in the items of a typed list such as a `PodList`. */
interface ListType {
  readonly apiVersion: string;
  readonly kind: string;
}

function itemType(kind: string, apiVersion: unknown): ListType | undefined {
  const item = kind.slice(0, -'List'.length);
  return item === '' || typeof apiVersion !== 'string' ? undefined : { apiVersion, kind: item };
}

function isObject(value: unknown): value is KubernetesObject {
  if (!isRecord(value) || typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return false;
  const metadata = value.metadata;
  return isRecord(metadata) && typeof metadata.name === 'string';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
