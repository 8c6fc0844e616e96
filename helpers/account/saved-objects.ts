import { constants } from 'node:buffer';
import { closeSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { parseYaml } from '../exporter/render.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { beginning, openSavedFile, readSavedFile } from '../saved-file.ts';

const NEWLINE = 0x0a;

/**
 * Reads saved objects: what `kubectl get … -o json` or `-o yaml` prints (a list, or one object), or one object or list a line;
 * plain or gzipped.
 * @param maxBytes how much the file may hold, once it is unpacked
 * @returns at least one object
 * @throws a UsageError that names the file, and the line where there is one, when something in it is no object, or when it has none.
 */
export async function readSavedObjects(path: string, maxBytes: number): Promise<readonly KubernetesObject[]> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const bytes = readSavedFile(file, path, maxBytes);
    const objects = parseSavedObjects(bytes, path);
    if (objects.length > 0) return objects;
    throw new UsageError(
      `${path} holds no object, and accounting for nothing proves nothing: expected what kubectl get -o json prints of the resources that the exporter reads; it begins with ${beginning(bytes.toString('utf8', 0, 200))}.`,
    );
  } finally {
    closeSync(file);
  }
}

/**
 * The same of bytes that are already there; `origin` is how an error names them.
 * @param longest the most bytes that are parsed at once: what fits into a string
 */
export function parseSavedObjects(
  bytes: Buffer,
  origin: string,
  longest = constants.MAX_STRING_LENGTH,
): readonly KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  const textOf: TextOf = (part) => {
    if (part.length <= longest) return part.toString('utf8').trim();
    throw new UsageError(`${origin} is too long to read at once: write one object a line (jq -c '.items[]').`);
  };
  const begin = firstLine(bytes, textOf);
  if (YAML_BEGINS.test(begin)) {
    objects.push(...savedAsYaml(textOf(bytes), origin));
  } else if (parsesAlone(begin)) {
    for (const { text, line } of lines(bytes, textOf))
      collect(parse(text, `${origin}, line ${line},`), `${origin}, line ${line}`, objects);
  } else {
    collect(parse(textOf(bytes), origin), origin, objects);
  }
  return objects;
}

/** What the first line of YAML is: a document's marker, a comment, or a field of an object. */
const YAML_BEGINS = /^(?:---|%YAML|#|[A-Za-z]\w*:(?:\s|$))/;

/** Objects in YAML, one or a list in each document. */
function savedAsYaml(text: string, origin: string): readonly KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  for (const document of parseYaml(text, origin)) collect(document, origin, objects);
  return objects;
}

type TextOf = (bytes: Buffer) => string;

/** A line that is JSON by itself begins a file of such lines; kubectl's own output is spread over many. */
function parsesAlone(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function firstLine(bytes: Buffer, textOf: TextOf): string {
  for (const { text } of lines(bytes, textOf)) return text;
  return '';
}

function* lines(bytes: Buffer, textOf: TextOf): Generator<{ text: string; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = textOf(bytes.subarray(start, end));
    if (text !== '') yield { text, line };
    start = end + 1;
  }
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

function collect(value: unknown, origin: string, into: KubernetesObject[]): void {
  if (!isList(value)) {
    into.push(objectOf(value, origin));
    return;
  }
  const type = itemType(value.kind, value.apiVersion);
  for (const item of value.items) into.push(objectOf(isRecord(item) ? { ...type, ...item } : item, origin));
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
