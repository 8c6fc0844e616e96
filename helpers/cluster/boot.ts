import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory } from '../private-files.ts';
import type { Docker } from './docker.ts';
import { saveLocalImages } from './image-archives.ts';
import { startAgent } from './k3s-agent.ts';
import { startServer } from './k3s-server.ts';
import { createNetwork } from './network.ts';

export interface BootOptions {
  readonly run: string;
  /** The node's image. */
  readonly image: string;
  readonly agents: number;
  readonly taint?: string;
  readonly domain: string;
  /** What pods will run: copied in where the local Docker has it, pulled by the node otherwise. */
  readonly images: readonly string[];
  /** Where archives and the kubeconfig are written. */
  readonly directory: string;
}

/**
 * Boots a cluster in Docker: a server, and agents beside it on one network.
 * Everything it creates carries the run's label, and is there for `removeFromDocker` even when this throws.
 * @returns the path of its kubeconfig, which points at the Docker host
 * @throws InfrastructureError when a node does not start
 */
export async function bootK3s(docker: Docker, options: BootOptions): Promise<string> {
  const { run, image, agents, directory } = options;
  makePrivateDirectory(directory);
  mkdirSync(join(directory, 'images'), { recursive: true });
  const archives = await saveLocalImages(docker, options.images, join(directory, 'images'));
  const joining = agents > 0 ? { network: await createNetwork(docker, run), token: randomBytes(16).toString('hex') } : undefined;
  const { host } = docker.info.containerRuntime;
  const server = await startServer({
    run,
    image,
    domain: options.domain,
    host,
    archives,
    ...(options.taint === undefined ? {} : { taint: options.taint }),
    ...(joining === undefined ? {} : { joining }),
  });
  if (joining) {
    const names = Array.from({ length: agents }, (_, index) => `agent-${index + 1}`);
    await Promise.all(names.map((name) => startAgent({ run, name, image, archives, ...joining })));
  }
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, server.getKubeConfig(), { mode: 0o600 });
  return kubeconfig;
}
