import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import { kustomizationIn } from '../exporter/render.ts';
import { findDocker, labelsOnDocker, removeFromDocker } from './docker.ts';
import { pullAbsentImages } from './local-images.ts';

const mount = '/manifests';

/**
 * Renders a kustomization with the kubectl in the node's image, for machines without one.
 * @param image the node's image
 * @param run the run's id, for the container's label
 * @returns YAML
 * @throws UsageError with kubectl's words when it does not render, ImageUnavailable when the node's image cannot be pulled
 */
export async function renderInDocker(directory: string, { image, run }: { image: string; run: string }): Promise<string> {
  // Imported late: few runs need it.
  const { GenericContainer, Wait } = await import('testcontainers');
  const docker = await findDocker();
  await pullAbsentImages(docker, [image], { note: () => undefined });
  const directories = referredDirectories(resolve(directory));
  const root = commonAncestor(directories);
  const within = (path: string) => posix.join(mount, relative(root, path).split(sep).join('/'));
  const output: string[] = [];
  try {
    await new GenericContainer(image)
      .withEntrypoint(['kubectl'])
      .withCommand(['kustomize', within(resolve(directory))])
      .withLabels(labelsOnDocker(run))
      .withCopyDirectoriesToContainer(directories.map((source) => ({ source, target: within(source) })))
      .withLogConsumer((stream) => stream.on('data', (chunk: Buffer | string) => output.push(chunk.toString())))
      .withWaitStrategy(Wait.forOneShotStartup())
      .start();
  } catch (error) {
    throw new UsageError(`${directory} does not render: ${output.join('').trim() || (error as Error).message}`);
  } finally {
    await removeFromDocker(docker, { run });
  }
  return output.join('');
}

/** The directory, and every directory that its kustomization refers to. */
function referredDirectories(directory: string, known = new Set<string>()): string[] {
  if (known.has(directory)) return [...known];
  known.add(directory);
  const file = kustomizationIn(directory);
  if (file === undefined) return [...known];
  const {
    resources = [],
    components = [],
    bases = [],
  } = (parse(readFileSync(join(directory, file), 'utf8')) ?? {}) as Kustomization;
  for (const entry of [...resources, ...components, ...bases]) {
    const path = resolve(directory, entry);
    if (existsSync(path)) referredDirectories(/\.(ya?ml|json)$/.test(path) ? dirname(path) : path, known);
  }
  return [...known];
}

interface Kustomization {
  readonly resources?: readonly string[];
  readonly components?: readonly string[];
  readonly bases?: readonly string[];
}

function commonAncestor(directories: readonly string[]): string {
  return directories.reduce((common, directory) => {
    let ancestor = common;
    while (directory !== ancestor && !directory.startsWith(ancestor === sep ? sep : ancestor + sep)) ancestor = dirname(ancestor);
    return ancestor;
  });
}
