import { GenericContainer, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { InfrastructureError } from '../errors.ts';
import type { ImageArchive } from './image-archives.ts';
import { LastLines, serverName } from './k3s-server.ts';
import { labelsOnDocker } from './owner.ts';

export interface AgentOptions {
  readonly run: string;
  readonly name: string;
  readonly image: string;
  readonly network: StartedNetwork;
  readonly token: string;
  readonly archives: readonly ImageArchive[];
}

/** A further node. K3sContainer cannot be one: it reads a kubeconfig that only a server writes. */
class K3sAgentContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    // The type of hostConfig lacks this field of Docker's API, which K3sContainer sets as well.
    Object.assign(this.hostConfig, { CgroupnsMode: 'host' });
    this.withPrivilegedMode()
      .withBindMounts([{ source: '/sys/fs/cgroup', target: '/sys/fs/cgroup' }])
      .withTmpFs({ '/run': 'rw', '/var/run': 'rw' });
  }
}

/**
 * Starts an agent that joins the server on their network; whether it has joined is for its Node object to say.
 * @throws InfrastructureError with the container's last lines when it ends
 */
export async function startAgent({ run, name, image, network, token, archives }: AgentOptions): Promise<StartedTestContainer> {
  const log = new LastLines();
  try {
    return await new K3sAgentContainer(image)
      .withCommand(['agent', `--node-name=${name}`])
      .withEnvironment({ K3S_URL: `https://${serverName}:6443`, K3S_TOKEN: token })
      .withNetwork(network)
      .withNetworkAliases(name)
      .withLabels(labelsOnDocker(run))
      .withLogConsumer((stream) => log.follow(stream))
      .withCopyFilesToContainer([...archives])
      .withWaitStrategy(Wait.forLogMessage(/./))
      .start();
  } catch (error) {
    throw new InfrastructureError(
      `The agent ${name} (${image}) did not start: ${(error as Error).message}. Its last lines:\n${log}`,
    );
  }
}
