import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InfrastructureError } from '../errors.ts';
import { seconds, waitFor } from '../wait.ts';
import { type Docker, type NodeContainer, nodeContainers, runInContainer } from './docker.ts';
import { findLocalImage, type LocalImage, nodeImageName } from './local-images.ts';

/** The images in a cluster's nodes: their names, and the id that the local Docker had for each when it was copied. */
export type CopiedImages = Readonly<Record<string, string>>;

/** `ctr` is in the image of k3s; k3s pulls into this namespace of containerd. */
const ctrImages = ['ctr', '--address', '/run/k3s/containerd/containerd.sock', '--namespace', 'k8s.io', 'images'];

/**
 * Copies images from the local Docker into every node of a running cluster, and has each node list them. Images that the nodes have
 * under the same id are not copied again.
 * @param run the run that booted the cluster
 * @param images those that the local Docker does not have are skipped
 * @param copied what the nodes have
 * @returns what the nodes have now
 * @throws InfrastructureError with the image's name and containerd's words when a node does not take it
 */
export async function copyImages(
  docker: Docker,
  run: string,
  images: readonly string[],
  copied: CopiedImages,
): Promise<CopiedImages> {
  const local = await Promise.all(
    [...new Set(images)].map(async (image) => {
      const found = await findLocalImage(docker, image);
      return found && isCopiable(image) && copied[image] !== found.id ? [{ image, found }] : [];
    }),
  );
  const changed = local.flat();
  if (changed.length === 0) return copied;
  const nodes = await nodeContainers(docker, run);
  await Promise.all(nodes.flatMap((node) => changed.map(({ image, found }) => copyImage(docker, node, image, found))));
  const names = changed.map(({ image }) => image);
  const missing = await missingImages(docker, run, names);
  if (missing.length > 0) {
    throw new InfrastructureError(
      `The image was copied and is not there: ${missing.map(({ image, node }) => `${image} in ${node}`).join(', ')}.`,
    );
  }
  return { ...copied, ...Object.fromEntries(changed.map(({ image, found }) => [image, found.id])) };
}

/**
 * Waits until containerd runs in every node of a cluster that is being booted: from then on images can be copied, while the rest starts.
 * @param nodes their number
 * @throws the reason of `signal` when it is aborted, NotObserved with each node's state when a node has none within two minutes
 */
export async function untilNodesTakeImages(docker: Docker, run: string, nodes: number, signal: AbortSignal): Promise<void> {
  await waitFor({
    what: `containerd in ${nodes} node(s)`,
    within: seconds(120),
    every: 500,
    observe: async () => {
      signal.throwIfAborted();
      const containers = await nodeContainers(docker, run);
      return Promise.all(containers.map(async ({ id, name }) => ({ name, state: await containerdState(docker, id) })));
    },
    until: (found) => found.length === nodes && found.every(({ state }) => state === 'running'),
    describe: (found) => found.map(({ name, state }) => `${name}: ${state}`).join('; ') || 'no node',
  });
}

/** `running`, or why containerd does not answer. */
async function containerdState(docker: Docker, container: string): Promise<string> {
  try {
    const { exitCode, output } = await runInContainer(docker, container, [...ctrImages, 'list', '--quiet']);
    return exitCode === 0 ? 'running' : output.trim() || `ctr exited with ${exitCode}`;
  } catch (error) {
    const { statusCode, message } = error as { readonly statusCode?: number; readonly message: string };
    // The container is created and has not started yet.
    if (statusCode === 409) return message;
    throw error;
  }
}

/** An archive carries the tag of an image and not the digest that a registry gave it. */
export function isCopiable(image: string): boolean {
  return !image.includes('@');
}

async function copyImage(docker: Docker, { id, name }: NodeContainer, image: string, local: LocalImage): Promise<void> {
  const archive = await saveImage(docker, image, local);
  const { exitCode, output } = await runInContainer(docker, id, [...ctrImages, 'import', '-'], archive);
  if (exitCode === 0) return;
  throw new InfrastructureError(
    `The node ${name} did not take the image ${image}: ${output.trim() || `ctr exited with ${exitCode}`}.`,
  );
}

/** The first release of Docker's API that saves one platform of an image. Source: Docker Engine API version history, 1.48. */
const firstWithPlatform = [1, 48] as const;

/**
 * Saves an image of the local Docker as an archive. With the containerd image store, an archive of all platforms names content that Docker
 * never pulled, and some releases of k3s do not import it: one platform is saved where Docker can.
 */
async function saveImage(docker: Docker, image: string, { platform }: LocalImage): Promise<Readable> {
  const { dockerode } = docker.container;
  const { ApiVersion } = await dockerode.version();
  const [major = 0, minor = 0] = ApiVersion.split('.').map(Number);
  const canChoose = major > firstWithPlatform[0] || (major === firstWithPlatform[0] && minor >= firstWithPlatform[1]);
  if (!canChoose) return (await dockerode.getImage(image).get()) as Readable;
  return new Promise((resolve, reject) => {
    const request = {
      path: `/images/${image}/get?`,
      method: 'GET',
      isStream: true,
      statusCodes: { 200: true, 404: 'no such image', 500: 'server error' },
      options: { platform: JSON.stringify(platform) },
    };
    dockerode.modem.dial(request, (error, archive) => (error ? reject(error) : resolve(archive as Readable)));
  });
}

/** An image that a node does not have whole. */
export interface MissingImage {
  readonly image: string;
  /** The node's container. */
  readonly node: string;
}

/** Which of these images a node does not list as complete and unpacked. */
export async function missingImages(docker: Docker, run: string, images: readonly string[]): Promise<readonly MissingImage[]> {
  const nodes = await nodeContainers(docker, run);
  const missing = nodes.map(async ({ id, name }) => {
    const { exitCode, output } = await runInContainer(docker, id, [...ctrImages, 'check', '--quiet']);
    if (exitCode !== 0) throw new InfrastructureError(`The node ${name} does not list its images: ${output.trim()}.`);
    const listed = new Set(output.split('\n').map((line) => line.trim()));
    return images.filter((image) => !listed.has(nodeImageName(image))).map((image) => ({ image, node: name }));
  });
  return (await Promise.all(missing)).flat();
}

/** What every k3s pulls before its first pod runs; the tags depend on its release. Source: k3s, scripts/airgap/image-list.txt. */
const addons = ['rancher/mirrored-pause', 'rancher/mirrored-coredns-coredns'];

/** Where k3s imports archives from before it starts the kubelet. */
const importDirectory = '/var/lib/rancher/k3s/agent/images';

/** An archive of an image, by its paths on this machine and in the node. */
export interface ImageArchive {
  readonly source: string;
  readonly target: string;
}

/** Saves the images of k3s's own pods that the local Docker has; k3s pulls the others. */
export async function saveAddons(docker: Docker, directory: string): Promise<readonly ImageArchive[]> {
  const found = await docker.container.dockerode.listImages({ filters: { reference: addons } });
  const tags = found.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => addons.some((name) => tag.startsWith(`${name}:`)));
  const archives = await Promise.all(
    tags.map(async (tag) => {
      const local = await findLocalImage(docker, tag);
      if (local === undefined) return [];
      mkdirSync(directory, { recursive: true });
      const name = `${tag.replace(/[^a-zA-Z0-9.]+/g, '-')}.tar`;
      await pipeline(await saveImage(docker, tag, local), createWriteStream(join(directory, name)));
      return [{ source: join(directory, name), target: `${importDirectory}/${name}` }];
    }),
  );
  return archives.flat();
}
