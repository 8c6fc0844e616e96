import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type Document, parseAllDocuments, type ScalarTag, type Tags } from 'yaml';
import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { hideSecretsOf } from '../redaction/object.ts';

export interface RenderOptions {
  /** The path of kubectl; default: `kubectl` on the PATH. */
  readonly kubectl?: string;
  /** Renders a directory to YAML without kubectl on this machine: in the cluster's container. */
  readonly fallback?: (directory: string) => Promise<string>;
  /** What `-` stands for; default: the standard input. */
  readonly input?: Readable & { readonly isTTY?: boolean };
}

const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const run = promisify(execFile);

/** The path that stands for the standard input. */
const STANDARD_INPUT = '-';

/**
 * Renders manifests: the standard input (`-`) and a file of YAML documents as they are, a directory with a kustomization with kubectl, any other directory as all YAML
 * files in it. Objects without a namespace are in `default`, as kubectl has it. From then on the values of their Secrets are redacted in everything that is written.
 * @throws a UsageError when the path does not exist or holds no object, or when the kustomization cannot be rendered
 */
export async function renderManifests(path: string, options: RenderOptions = {}): Promise<readonly KubernetesObject[]> {
  const rendered = path === STANDARD_INPUT ? await readStandardInput(options.input) : await renderPath(path, options);
  const objects = rendered.map(inSomeNamespace);
  if (objects.length === 0)
    throw new UsageError(`${path === STANDARD_INPUT ? 'The standard input holds' : `The manifests at ${path} hold`} no object.`);
  hideSecretsOf(objects);
  return objects;
}

/** The kinds without a namespace, among those that come with an exporter. Source: Kubernetes, API overview: cluster-scoped resources. */
const clusterScoped: readonly string[] = [
  'APIService',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
];

/** An object that names no namespace in the one that kubectl uses: `default`. */
function inSomeNamespace(object: KubernetesObject): KubernetesObject {
  const { kind, metadata } = object;
  if (metadata.namespace !== undefined || clusterScoped.includes(kind)) return object;
  return { ...object, metadata: { ...metadata, namespace: 'default' } };
}

/** The name of manifests by their path, for reports and errors. */
export function nameOfManifests(path: string): string {
  return path === STANDARD_INPUT ? 'the standard input' : path;
}

/** @throws a UsageError where the standard input is a terminal: nobody types manifests */
async function readStandardInput(input: Readable & { readonly isTTY?: boolean } = process.stdin): Promise<KubernetesObject[]> {
  if (input.isTTY) throw new UsageError('--manifests - reads the standard input, which is a terminal: pipe manifests into it.');
  return parseManifests(await text(input), 'the standard input');
}

async function renderPath(path: string, options: RenderOptions): Promise<readonly KubernetesObject[]> {
  if (!existsSync(path)) throw new UsageError(`There are no manifests at ${path}.`);
  return (await stat(path)).isDirectory() ? renderDirectory(path, options) : readManifests(path);
}

/** The name of the directory's kustomization; undefined without one. */
export function kustomizationIn(directory: string): string | undefined {
  return KUSTOMIZATION.find((name) => existsSync(join(directory, name)));
}

async function renderDirectory(directory: string, options: RenderOptions): Promise<KubernetesObject[]> {
  if (kustomizationIn(directory) !== undefined)
    return parseManifests(await kustomize(directory, options), `the rendering of ${directory}`);

  const files = (await readdir(directory)).filter((name) => /\.(ya?ml|json)$/.test(name)).sort();
  const objects = await Promise.all(files.map((name) => readManifests(join(directory, name))));
  return objects.flat();
}

async function readManifests(file: string): Promise<KubernetesObject[]> {
  return parseManifests(await readFile(file, 'utf8'), file);
}

async function kustomize(directory: string, { kubectl = 'kubectl', fallback }: RenderOptions): Promise<string> {
  try {
    const { stdout } = await run(kubectl, ['kustomize', directory], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== 'ENOENT') throw new UsageError(`${directory} does not render: ${(stderr ?? String(error)).trim()}`);
  }
  if (fallback) return fallback(directory);
  throw new UsageError(
    `${directory} has a kustomization, which needs kubectl on the PATH or a k3s cluster of the run's own. ` +
      'Install kubectl, or render it elsewhere and pass the file.',
  );
}

/**
 * Reads YAML documents as kubectl does: YAML 1.1, so that `0644` is octal, `yes` is true and `<<` merges.
 * Lists are replaced by their items, and empty documents are ignored.
 * @param origin the name of the text in errors: a path
 * @throws a UsageError when it is not YAML, or when a document is no Kubernetes object
 */
export function parseManifests(text: string, origin: string): KubernetesObject[] {
  return parseYaml(text, origin).flatMap((value) => flatten(value, origin));
}

/**
 * The documents of a YAML text by kubectl's rules, without the empty ones.
 * @param origin the name of the text in errors: a path
 * @throws a UsageError when it is not YAML
 */
export function parseYaml(text: string, origin: string): readonly unknown[] {
  const documents = parseAllDocuments(text, { version: '1.1', customTags: asKubectl });
  return [...documents].map((document) => contentOf(document, origin)).filter((value) => value !== null && value !== undefined);
}

function contentOf(document: Document.Parsed, origin: string): unknown {
  const [error] = document.errors;
  if (error) throw new UsageError(`${origin} is not YAML: ${error.message}`);
  try {
    return document.toJS();
  } catch (cause) {
    // Such as more aliases than the library resolves.
    throw new UsageError(`${origin} cannot be read as YAML: ${(cause as Error).message}`, { cause });
  }
}

function flatten(value: unknown, origin: string): KubernetesObject[] {
  if (isList(value)) return value.items.flatMap((item) => flatten(item, origin));
  if (isObject(value)) return [value];
  throw new UsageError(
    `${origin} holds a document that is no Kubernetes object: expected apiVersion, kind and metadata.name; it is ` +
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
 * The differences of kubectl's parser from YAML 1.1: dates are strings, there is no base 60, and a number needs digits.
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
