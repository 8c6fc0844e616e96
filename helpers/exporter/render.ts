import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { hideSecretsOf } from '../redaction/object.ts';
import { parseManifests } from './yaml.ts';

export interface RenderOptions {
  /** The kubectl to render with; `kubectl` from the PATH unless told. */
  readonly kubectl?: string;
  /** Renders a directory where there is no kubectl: inside the cluster's container. Answers YAML. */
  readonly elsewhere?: (directory: string) => Promise<string>;
}

const KUSTOMIZATION = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const run = promisify(execFile);

/**
 * What manifests render to: a file of YAML documents as it is, a directory with a kustomization as kubectl renders it,
 * any other directory as all YAML files in it. The values of their Secrets are taken out of whatever is written from then on.
 * @throws a UsageError when there is nothing there, when it does not render, or when nothing can render it
 */
export async function renderManifests(path: string, options: RenderOptions = {}): Promise<readonly KubernetesObject[]> {
  if (!existsSync(path)) throw new UsageError(`There are no manifests at ${path}.`);
  const objects = (await stat(path)).isDirectory() ? await renderDirectory(path, options) : await readManifests(path);
  if (objects.length === 0) throw new UsageError(`The manifests at ${path} hold no object.`);
  hideSecretsOf(objects);
  return objects;
}

/** The name of the directory's kustomization, if it has one. */
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

async function kustomize(directory: string, { kubectl = 'kubectl', elsewhere }: RenderOptions): Promise<string> {
  try {
    const { stdout } = await run(kubectl, ['kustomize', directory], { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code !== 'ENOENT') throw new UsageError(`${directory} does not render: ${(stderr ?? String(error)).trim()}`);
  }
  if (elsewhere) return elsewhere(directory);
  throw new UsageError(
    `${directory} has a kustomization, and nothing to render it with: wanted kubectl on the PATH or a k3s cluster of the run's own. ` +
      'Render it elsewhere and pass the file.',
  );
}
