import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartedNetwork } from 'testcontainers';
import { makePrivateDirectory } from '../private-files.ts';
import { type Docker, labelsOnDocker } from './docker.ts';
import { cgroupNamespace, type Joining, type NodeOptions, startAgent, startServer } from './k3s-nodes.ts';
import { saveAddons } from './node-images.ts';

export interface BootOptions extends Pick<NodeOptions, 'run' | 'image' | 'files'> {
  /** Of Docker's host. */
  readonly cgroupVersion: string | undefined;
  readonly agents: number;
  readonly taint?: string;
  readonly domain: string;
  /** The directory on this machine for archives, the nodes' logs and the kubeconfig. */
  readonly directory: string;
}

/**
 * Boots a cluster in Docker: a server, and agents beside it on one network.
 * Everything it creates carries the run's label, so that `removeFromDocker` finds it even when this throws.
 * @returns the path of the cluster's kubeconfig, which names the Docker host
 * @throws InfrastructureError when a node does not start
 */
export async function bootK3s(docker: Docker, options: BootOptions): Promise<string> {
  const { run, image, agents, directory, domain, taint } = options;
  makePrivateDirectory(directory);
  const node: NodeOptions = {
    run,
    image,
    files: options.files,
    cgroup: cgroupNamespace(options.cgroupVersion, image),
    archives: await saveAddons(docker, join(directory, 'images')),
    logs: join(directory, 'nodes'),
  };
  const joining: Joining | undefined =
    agents > 0 ? { network: await createNetwork(docker, run), token: randomBytes(16).toString('hex') } : undefined;
  const { host } = docker.info.containerRuntime;
  const server = await startServer({
    ...node,
    domain,
    host,
    ...(taint === undefined ? {} : { taint }),
    ...(joining === undefined ? {} : { joining }),
  });
  if (joining) {
    const names = Array.from({ length: agents }, (_, index) => `agent-${index + 1}`);
    await Promise.all(names.map((name) => startAgent({ ...node, ...joining, name })));
  }
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, server.getKubeConfig(), { mode: 0o600 });
  return kubeconfig;
}

/** testcontainers' own networks carry no label by which a run's could be found. */
async function createNetwork(docker: Docker, run: string): Promise<StartedNetwork> {
  const name = `conformance-${run}`;
  const network = await docker.container.dockerode.createNetwork({
    Name: name,
    CheckDuplicate: true,
    Labels: labelsOnDocker(run),
  });
  return new StartedNetwork(docker, name, network);
}
