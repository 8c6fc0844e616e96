import { StartedNetwork } from 'testcontainers';
import { runLabel } from '../run/label.ts';
import type { Docker } from './docker.ts';

/** A network for the nodes of one run; made here because testcontainers' own carries no label to find it by. */
export async function createNetwork(docker: Docker, run: string): Promise<StartedNetwork> {
  const name = `conformance-${run}`;
  const network = await docker.container.dockerode.createNetwork({
    Name: name,
    CheckDuplicate: true,
    Labels: { [runLabel]: run },
  });
  return new StartedNetwork(docker, name, network);
}
