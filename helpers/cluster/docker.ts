import type { ContainerRuntimeClient } from 'testcontainers';
import { UsageError } from '../errors.ts';
import { runLabel } from '../run/label.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';

/** Everything that the suite asks of Docker. */
export type Docker = ContainerRuntimeClient;

/**
 * Finds Docker as testcontainers finds it: DOCKER_HOST, the current context, rootless sockets.
 * @throws UsageError when none answers
 */
export async function findDocker(): Promise<Docker> {
  // Only here, as runs on other clusters do without.
  const { getContainerRuntimeClient } = await import('testcontainers');
  try {
    return await getContainerRuntimeClient();
  } catch (error) {
    throw new UsageError(
      `No Docker answers (${(error as Error).message}). Start Docker, point DOCKER_HOST at one, or name a cluster that exists: --cluster kubeconfig --kubeconfig FILE --context NAME.`,
    );
  }
}

/** Whether the local Docker has an image of this name. */
export async function hasImage(docker: Docker, image: string): Promise<boolean> {
  const found = await docker.container.dockerode.listImages({ filters: { reference: [image] } });
  return found.length > 0;
}

/** Whether the run's containers are there and none of them has ended. */
export async function isRunning(docker: Docker, run: string): Promise<boolean> {
  const filters = { label: [`${runLabel}=${run}`] };
  const containers = await docker.container.dockerode.listContainers({ all: true, filters });
  return containers.length > 0 && containers.every(({ State }) => State === 'running');
}

/** What the run's containers have printed, each under its name. */
export async function logsOnDocker(docker: Docker, run: string): Promise<Readonly<Record<string, string>>> {
  const { containers } = await ofRuns(docker, run);
  const { dockerode } = docker.container;
  const logs = containers.map(async ({ Id, Names }) => {
    const multiplexed = await dockerode.getContainer(Id).logs({ stdout: true, stderr: true, timestamps: true });
    return [Names[0]?.replace(/^\//, '') ?? Id, textOf(multiplexed)] as const;
  });
  return Object.fromEntries(await Promise.all(logs));
}

/** The text of a log's frames: eight bytes that say the stream and the length, then as many. Source: Docker Engine API, attach. */
function textOf(multiplexed: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= multiplexed.length; ) {
    const length = multiplexed.readUInt32BE(at + 4);
    parts.push(multiplexed.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(parts).toString();
}

/** Every container and network that the run, or any run of the suite, has made, one line each. */
export async function listOnDocker(docker: Docker, run?: string): Promise<readonly string[]> {
  const { containers, networks } = await ofRuns(docker, run);
  return [
    ...containers.map(
      ({ Names, Image, Status, Labels }) => `container ${Names[0]} of ${Image}, ${Status}, of run ${Labels[runLabel]}`,
    ),
    ...networks.map(({ Name, Labels }) => `network ${Name}, of run ${Labels?.[runLabel]}`),
  ];
}

/**
 * Removes every container and network that carries the run's label, and looks whether they are gone.
 * @param run the run's id; those of every run where it is left out
 * @returns what is still there after 20 s, a line each
 */
export async function removeFromDocker(docker: Docker, run?: string): Promise<readonly string[]> {
  const { dockerode } = docker.container;
  try {
    await waitFor({
      what: 'no container and no network of the run',
      within: seconds(20),
      observe: async () => {
        const { containers, networks } = await ofRuns(docker, run);
        await Promise.all(containers.map(({ Id }) => gone(dockerode.getContainer(Id).remove({ force: true, v: true }))));
        await Promise.all(networks.map(({ Id }) => gone(dockerode.getNetwork(Id).remove())));
        return containers.length + networks.length;
      },
      until: (found) => found === 0,
      describe: (found) => `${found} that could not be removed`,
    });
    return [];
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    return listOnDocker(docker, run);
  }
}

/** Waits for a removal; one that somebody else has made, or is making, or that must wait for another, is looked at again. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const { statusCode = 0 } = error as { statusCode?: number };
    if (![403, 404, 409].includes(statusCode)) throw error;
  }
}

async function ofRuns({ container: { dockerode } }: Docker, run?: string) {
  const filters = { label: [run === undefined ? runLabel : `${runLabel}=${run}`] };
  const [containers, networks] = await Promise.all([
    dockerode.listContainers({ all: true, filters }),
    dockerode.listNetworks({ filters }),
  ]);
  return { containers, networks };
}
