import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';
import { UsageError } from '../errors.ts';
import { runLabel } from '../run/label.ts';

/** Everything that the suite asks of Docker. */
export type Docker = ContainerRuntimeClient;

/**
 * Finds Docker as testcontainers finds it: DOCKER_HOST, the current context, rootless sockets.
 * @throws UsageError when none answers
 */
export async function findDocker(): Promise<Docker> {
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

/**
 * Removes every container and network that carries the run's label, and says what is still there afterwards.
 * @param run the run's id; every run's where it is left out
 * @returns the names of what could not be removed, with Docker's reason
 */
export async function removeFromDocker(docker: Docker, run: string): Promise<readonly string[]> {
  const { dockerode } = docker.container;
  const filters = { label: [`${runLabel}=${run}`] };
  const failures: string[] = [];
  for (const { Id, Names } of await dockerode.listContainers({ all: true, filters })) {
    await dockerode
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch((error: Error) => failures.push(`container ${Names[0] ?? Id}: ${error.message}`));
  }
  for (const { Id, Name } of await dockerode.listNetworks({ filters })) {
    await dockerode
      .getNetwork(Id)
      .remove()
      .catch((error: Error) => failures.push(`network ${Name}: ${error.message}`));
  }
  return failures;
}
