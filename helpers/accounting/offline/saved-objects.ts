import { constants } from 'node:buffer';
import { UsageError } from '../../errors.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { readSavedFile } from './saved-file.ts';

const NEWLINE = 0x0a;

/**
 * Reads saved objects: what `kubectl get … -o json` prints (a list, or one object), or one object or list a line;
 * plain or gzipped.
 * @throws a UsageError that names the file, and the line where there is one, when something in it is no object.
 */
export async function readSavedObjects(path: string): Promise<readonly KubernetesObject[]> {
  return parseSavedObjects(await readSavedFile(path), path);
}

/** The same of bytes that are already there; `origin` is how an error names them. */
export function parseSavedObjects(bytes: Buffer, origin: string): readonly KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  const first = firstLine(bytes);
  if (parsesAlone(first)) {
    for (const { text, line } of lines(bytes))
      collect(parse(text, `${origin}, line ${line},`), `${origin}, line ${line}`, objects);
  } else {
    if (bytes.length > constants.MAX_STRING_LENGTH) {
      throw new UsageError(`${origin} is too long to read at once: write one object a line (jq -c '.items[]').`);
    }
    collect(parse(bytes.toString('utf8'), origin), origin, objects);
  }
  return objects;
}

/** A line that is JSON by itself begins a file of such lines; kubectl's own output is spread over many. */
function parsesAlone(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function firstLine(bytes: Buffer): string {
  for (const { text } of lines(bytes)) return text;
  return '';
}

function* lines(bytes: Buffer): Generator<{ text: string; line: number }> {
  let start = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '') yield { text, line };
    start = end + 1;
  }
}

function parse(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${origin} is not JSON: wanted Kubernetes objects, as kubectl get -o json prints them (${why}).`, {
      cause: error,
    });
  }
}

function collect(value: unknown, origin: string, into: KubernetesObject[], listed?: ListType): void {
  if (isRecord(value) && Array.isArray(value.items) && typeof value.kind === 'string' && value.kind.endsWith('List')) {
    const type = itemType(value.kind, value.apiVersion);
    for (const item of value.items) collect(item, origin, into, type);
    return;
  }
  const object = isRecord(value) ? { ...listed, ...value } : value;
  if (!isObject(object)) {
    throw new UsageError(`${origin} holds something that is no Kubernetes object: wanted apiVersion, kind and metadata.name.`);
  }
  into.push(object);
}

/** What the API leaves out of the items of a list, because the list's own kind says it: `PodList`. */
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
