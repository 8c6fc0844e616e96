import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { knownTargets } from '../helpers/exporter/known.ts';
import { parseManifests } from '../helpers/exporter/render.ts';
import type { KubernetesObject } from '../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../helpers/kube/reference.ts';

const targets = Object.values(knownTargets).map((target) => ({ name: target.name, target }));
const byReference = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.map((object) => [formatReference(referenceOf(object)), object]));

describe.each(targets)('the target $name', ({ target }) => {
  test('has the rendering of its kustomization', () => {
    const built = build(target.directory) as unknown as KubernetesObject[];
    expect(byReference(target.rendering())).toEqual(byReference(built));
  });

  test('renders to the documented objects', () => {
    expect(byReference(target.rendering())).toEqual(byReference(target.documented));
  });

  test('is rendered in the order of dependencies', () => {
    const kinds = target.rendering().map(({ kind }) => kind);
    const order = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Service', 'Deployment'];
    expect(kinds).toEqual(order.filter((kind) => kinds.includes(kind)));
  });
});

const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

// With kubectl, if it is installed, as `build` below supports only the part of kustomize that these manifests use.
if (hasKubectl) {
  test.each(targets)(
    'kubectl renders $name to the same objects',
    ({ target }) => {
      const { stdout } = spawnSync('kubectl', ['kustomize', target.directory], { encoding: 'utf8' });
      expect(parseManifests(stdout, 'kubectl kustomize')).toEqual(target.rendering());
    },
    20_000,
  );
}

/**
 * Builds a kustomization without kubectl, as far as these manifests require.
 * @throws an Error for any other field
 */
function build(directory: string): Record<string, unknown>[] {
  const { resources, patches, images, replicas, commonLabels, namespace, namePrefix, ...rest } = readKustomization(directory);
  const unknown = Object.keys(rest).filter((key) => key !== 'apiVersion' && key !== 'kind');
  if (unknown.length > 0) throw new Error(`This test does not support ${unknown.join(', ')} of ${directory}: extend build().`);

  const objects = resources.flatMap((path) => load(join(directory, path)));
  for (const { path, target } of patches ?? []) {
    const operations = parse(readFileSync(join(directory, path), 'utf8')) as Operation[];
    const patched = objects.filter((object) => object.kind === target.kind && object.metadata.name === target.name);
    for (const object of patched) for (const operation of operations) apply(object, operation);
  }
  for (const object of objects) {
    for (const { name, count } of replicas ?? [])
      if (object.spec?.template && object.metadata.name === name) object.spec.replicas = count;
    for (const container of object.spec?.template?.spec.containers ?? [])
      container.image = withTag(container.image, images ?? []);
    if (commonLabels) label(object, commonLabels);
    if (namespace !== undefined) place(object, namespace);
    if (namePrefix !== undefined) rename(object, namePrefix);
  }
  return objects as unknown as Record<string, unknown>[];
}

interface Kustomization {
  resources: string[];
  patches?: { path: string; target: { kind: string; name: string } }[];
  images?: { name: string; newTag: string }[];
  replicas?: { name: string; count: number }[];
  commonLabels?: Labels;
  namespace?: string;
  namePrefix?: string;
}
type Labels = Record<string, string>;
interface Loaded {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  spec?: {
    replicas?: number;
    selector?: Labels & { matchLabels?: Labels };
    template?: { metadata?: { labels?: Labels }; spec: { serviceAccountName: string; containers: { image: string }[] } };
  };
  roleRef?: { name: string };
  subjects?: { name: string; namespace?: string }[];
}
interface Operation {
  op: string;
  path: string;
  value?: unknown;
}

function readKustomization(directory: string): Kustomization & Record<string, unknown> {
  return parse(readFileSync(join(directory, 'kustomization.yaml'), 'utf8')) as Kustomization & Record<string, unknown>;
}

function load(path: string): Loaded[] {
  if (!existsSync(path)) throw new Error(`${path} is missing.`);
  return (statSync(path).isDirectory() ? build(path) : [parse(readFileSync(path, 'utf8'))]) as unknown as Loaded[];
}

function apply(object: Loaded, { op, path, value }: Operation): void {
  const keys = path.split('/').slice(1);
  const last = keys.pop() as string;
  const step = (node: unknown, key: string): unknown => (node as Record<string, unknown>)[key];
  const parent = keys.reduce(step, object) as unknown[] & Record<string, unknown>;
  if (op === 'test') expect(parent[last as never]).toEqual(value);
  else if (op === 'remove') parent.splice(Number(last), 1);
  else if (op === 'add' && last === '-') parent.push(value);
  else if (op === 'replace') parent[last] = value;
  else throw new Error(`This test does not support the operation ${op} at ${path}: extend apply().`);
}

function label(object: Loaded, labels: Labels): void {
  object.metadata.labels = { ...object.metadata.labels, ...labels };
  const { spec } = object;
  if (object.kind === 'Service' && spec) spec.selector = { ...spec.selector, ...labels };
  if (!spec?.template) return;
  spec.selector = { ...spec.selector, matchLabels: { ...spec.selector?.matchLabels, ...labels } } as Labels & {
    matchLabels: Labels;
  };
  spec.template.metadata = { ...spec.template.metadata, labels: { ...spec.template.metadata?.labels, ...labels } };
}

function place(object: Loaded, namespace: string): void {
  if (object.kind === 'Namespace') object.metadata.name = namespace;
  else if (!object.kind.startsWith('Cluster')) object.metadata.namespace = namespace;
  for (const subject of object.subjects ?? []) subject.namespace = namespace;
}

function rename(object: Loaded, prefix: string): void {
  if (object.kind === 'Namespace') return;
  const named = [object.metadata, ...(object.subjects ?? []), ...(object.roleRef ? [object.roleRef] : [])];
  for (const reference of named) reference.name = prefix + reference.name;
  const pod = object.spec?.template?.spec;
  if (pod) pod.serviceAccountName = prefix + pod.serviceAccountName;
}

function withTag(image: string, images: readonly { name: string; newTag: string }[]): string {
  const match = images.find(({ name }) => image.startsWith(`${name}:`));
  return match ? `${match.name}:${match.newTag}` : image;
}
