import { InfrastructureError } from '../errors.ts';
import { containersOf, type Docker, imageIds, textOfFrames } from './docker.ts';

/** The images in a cluster's nodes: their names, and the id that the local Docker had for each when it was copied. */
export type CopiedImages = Readonly<Record<string, string>>;

/** Reads an archive of images into the containerd of k3s; `ctr` is in its image. */
const importCommand = [
  'ctr',
  '--address',
  '/run/k3s/containerd/containerd.sock',
  '--namespace',
  'k8s.io',
  'images',
  'import',
  '-',
];

/**
 * Copies into the nodes of a running cluster what the local Docker has now and they have not: images that the cluster was not booted
 * with, and those that were built anew under the same name since.
 * @param run whose containers the nodes are
 * @param images what pods will run; one that the local Docker does not have is left to the node to pull
 * @param copied what the nodes have
 * @returns what they have now
 * @throws InfrastructureError with containerd's words when a node does not take an image
 */
export async function importImages(
  docker: Docker,
  run: string,
  images: readonly string[],
  copied: CopiedImages,
): Promise<CopiedImages> {
  const local = await imageIds(docker, images);
  const changed = Object.keys(local).filter((image) => local[image] !== copied[image]);
  const nodes = changed.length > 0 ? await containersOf(docker, run) : [];
  await Promise.all(nodes.flatMap(({ Id }) => changed.map((image) => importImage(docker, Id, image))));
  return { ...copied, ...local };
}

async function importImage(docker: Docker, node: string, image: string): Promise<void> {
  const { dockerode } = docker.container;
  const streams = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  const command = await dockerode.getContainer(node).exec({ Cmd: importCommand, ...streams });
  const io = await command.start({ hijack: true, stdin: true });
  (await dockerode.getImage(image).get()).pipe(io);
  const output = await textOfFrames(docker, io);
  const { ExitCode } = await command.inspect();
  if (ExitCode !== 0) {
    throw new InfrastructureError(
      `The kept cluster did not take the image ${image}: ${output.trim()}. Run once with --keep instead of --reuse.`,
    );
  }
}
