import type { Readable } from 'node:stream';
import { K3sContainer, type StartedK3sContainer } from '@testcontainers/k3s';
import type { StartedNetwork } from 'testcontainers';
import { InfrastructureError } from '../errors.ts';
import type { ImageArchive } from './image-archives.ts';
import { labelsOnDocker } from './owner.ts';

/** The server's node name, and its host name on the cluster's network. */
export const serverName = 'server';

export interface ServerOptions {
  readonly run: string;
  readonly image: string;
  /** `k3s-controlplane=true:NoExecute` */
  readonly taint?: string;
  readonly domain: string;
  /** The address at which the API server will be asked, which its certificate must name. */
  readonly host: string;
  readonly archives: readonly ImageArchive[];
  /** Where agents join, and with what. */
  readonly joining?: { readonly network: StartedNetwork; readonly token: string };
}

/**
 * Boots k3s with a control plane as the profile expects it.
 * @throws InfrastructureError with the container's last lines when it ends or does not come up
 */
export async function startServer(options: ServerOptions): Promise<StartedK3sContainer> {
  const log = new LastLines();
  const container = new K3sContainer(options.image)
    .withCommand(serverCommand(options))
    .withLabels(labelsOnDocker(options.run))
    .withLogConsumer((stream) => log.follow(stream))
    .withCopyFilesToContainer([...options.archives]);
  if (options.joining) {
    container
      .withNetwork(options.joining.network)
      .withNetworkAliases(serverName)
      .withEnvironment({ K3S_TOKEN: options.joining.token });
  }
  try {
    return await container.start();
  } catch (error) {
    throw new InfrastructureError(
      `The node ${options.image} did not start: ${(error as Error).message}. Its last lines:\n${log.toString() || '(it printed nothing)'}`,
    );
  }
}

/** metrics-server is left out because, with the taint, its API group stays unavailable and no namespace is ever deleted. */
function serverCommand({ taint, domain, host }: Pick<ServerOptions, 'taint' | 'domain' | 'host'>): string[] {
  return [
    'server',
    '--disable=traefik',
    '--disable=metrics-server',
    `--node-name=${serverName}`,
    `--cluster-domain=${domain}`,
    `--tls-san=${host}`,
    ...(taint === undefined ? [] : [`--node-taint=${taint}`]),
  ];
}

/** The last lines of a log: a container that failed to start is removed with all that it said. */
export class LastLines {
  private lines: string[] = [];

  follow(stream: Readable): void {
    stream.on('data', (chunk: Buffer | string) => {
      this.lines = [...this.lines, ...chunk.toString().trimEnd().split('\n')].slice(-15);
    });
  }

  toString(): string {
    return this.lines.join('\n');
  }
}
