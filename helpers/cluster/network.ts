import { StartedNetwork } from 'testcontainers';
import type { Docker } from './docker.ts';
import { labelsOnDocker } from './owner.ts';

/** A network for the nodes of one run; made here because testcontainers' own carries no label to find it by. */
export async function createNetwork(docker: Docker, run: string): Promise<StartedNetwork> {
  const name = `conformance-${run}`;
  const network = await docker.container.dockerode.createNetwork({
    Name: name,
    CheckDuplicate: true,
    Labels: labelsOnDocker(run),
  });
  return new StartedNetwork(docker, name, network);
}
