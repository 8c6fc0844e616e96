import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Docker, imageIds } from './docker.ts';

/** Where k3s imports image archives from when it starts. */
const importDirectory = '/var/lib/rancher/k3s/agent/images';

export interface ImageArchive {
  readonly source: string;
  readonly target: string;
}

/**
 * Saves the images that the local Docker has as archives, so that the node needs no registry for them.
 * An image that is not there is left to the node to pull.
 * @param directory where the archives are written
 */
export async function saveLocalImages(
  docker: Docker,
  images: readonly string[],
  directory: string,
): Promise<readonly ImageArchive[]> {
  const local = Object.keys(await imageIds(docker, images));
  return Promise.all(local.map((image) => save(docker, image, directory)));
}

async function save(docker: Docker, image: string, directory: string): Promise<ImageArchive> {
  const name = `${image.replace(/[^a-zA-Z0-9.]+/g, '-')}.tar`;
  const source = join(directory, name);
  await pipeline(await docker.container.dockerode.getImage(image).get(), createWriteStream(source));
  return { source, target: `${importDirectory}/${name}` };
}
