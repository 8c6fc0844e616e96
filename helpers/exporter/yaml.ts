import { type Document, parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';

/**
 * Reads YAML documents as kubectl does: YAML 1.1, so that `0644` is octal, `yes` is true and `<<` merges.
 * Lists are taken apart and empty documents left out.
 * @param origin what the text is called in errors: a path
 * @throws a UsageError when it is not YAML, or when a document is no object of the Kubernetes API
 */
export function parseManifests(text: string, origin: string): KubernetesObject[] {
  const documents = parseAllDocuments(text, { version: '1.1', customTags: asKubectl });
  return [...documents].flatMap((document) => objectsOf(document, origin));
}

function objectsOf(document: Document.Parsed, origin: string): KubernetesObject[] {
  const [error] = document.errors;
  if (error) throw new UsageError(`${origin} is not YAML: ${error.message}`);
  const value: unknown = document.toJS();
  return value === null || value === undefined ? [] : flatten(value, origin);
}

function flatten(value: unknown, origin: string): KubernetesObject[] {
  if (isList(value)) return value.items.flatMap((item) => flatten(item, origin));
  if (isObject(value)) return [value];
  throw new UsageError(
    `${origin} holds a document that is no Kubernetes object: wanted apiVersion, kind and metadata.name, seen ` +
      `${JSON.stringify(value).slice(0, 80)}.`,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is { items: readonly unknown[] } {
  return isRecord(value) && value.kind === 'List' && Array.isArray(value.items);
}

function isObject(value: unknown): value is KubernetesObject & Record<string, unknown> {
  if (!isRecord(value)) return false;
  const { apiVersion, kind, metadata } = value;
  return typeof apiVersion === 'string' && typeof kind === 'string' && isRecord(metadata) && typeof metadata.name === 'string';
}

/**
 * Where kubectl's reader leaves YAML 1.1: dates stay text, nothing is counted to base 60, and a number needs digits.
 * Source: the resolve function of go-yaml v2, from which sigs.k8s.io/yaml is made.
 */
function asKubectl(tags: Tags): Tags {
  const unknown = ['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:float'];
  const kept = tags.filter((tag) => typeof tag === 'string' || !(unknown.includes(tag.tag) || isBase60(tag as ScalarTag)));
  return [...kept, octal, float];
}

function isBase60(tag: ScalarTag): boolean {
  return tag.format === 'TIME';
}

const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0o[0-7]+$/,
  resolve: (text) => Number.parseInt(text.replace('0o', ''), 8),
};

const float: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/,
  resolve: (text) => Number.parseFloat(text),
};
