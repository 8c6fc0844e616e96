import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ContainerRuntimeClient } from 'testcontainers';
import { UsageError } from '../errors.ts';
import { runLabel } from '../kube/run-label.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { ownerOf } from './owner.ts';

/** Everything that the suite asks of Docker. */
export type Docker = ContainerRuntimeClient;

/**
 * Finds Docker as testcontainers finds it: DOCKER_HOST, the current context, rootless sockets.
 * @throws UsageError when none answers
 */
export async function findDocker(): Promise<Docker> {
  // Only here, as runs on other clusters do without.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { DOCKER_HOST } = process.env;
  try {
    const docker = await getContainerRuntimeClient();
    // It takes the next one that it knows of where this does not answer, and that is somebody else's.
    if (!DOCKER_HOST || isAt(docker, DOCKER_HOST)) return docker;
  } catch (error) {
    throw noDocker((error as Error).message);
  }
  throw noDocker(`DOCKER_HOST is ${DOCKER_HOST}, and nobody answers there`);
}

function noDocker(why: string): UsageError {
  return new UsageError(
    `No Docker answers (${why}). Start Docker, point DOCKER_HOST at one, or name a cluster that exists: --cluster kubeconfig --kubeconfig FILE --context NAME.`,
  );
}

/** Whether a Docker is the one of an address; those that are neither a socket nor a host and a port are believed. */
export function isAt(docker: Docker, address: string): boolean {
  const { socketPath, host, port } = docker.container.dockerode.modem as {
    readonly socketPath?: string;
    readonly host?: string;
    readonly port?: string | number;
  };
  if (address.startsWith('unix://')) return socketPath === address.slice('unix://'.length);
  const [, name, at] = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?/.exec(address) ?? [];
  return name === undefined || (host === name && (at === undefined || String(port) === at));
}

/** The images among these that the local Docker has, with the id of what each name stands for now. */
export async function imageIds(docker: Docker, images: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const found = [...new Set(images)].map(async (image) => {
    const [first] = await docker.container.dockerode.listImages({ filters: { reference: [image] } });
    return first ? ([[image, first.Id]] as const) : [];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}

/** Whether the run's containers are there and none of them has ended. */
export async function isRunning(docker: Docker, run: string): Promise<boolean> {
  const filters = { label: [`${runLabel}=${run}`] };
  const containers = await docker.container.dockerode.listContainers({ all: true, filters });
  return containers.length > 0 && containers.every(({ State }) => State === 'running');
}

/** The containers that a run has made. */
export async function containersOf(docker: Docker, run: string) {
  return (await ofRuns(docker, run)).containers;
}

/** The text of a log or of a command's output, which Docker multiplexes: both of its streams, in the order of their frames. */
export function textOfFrames(docker: Docker, multiplexed: Readable): Promise<string> {
  const output = new PassThrough();
  docker.container.dockerode.modem.demuxStream(multiplexed, output, output);
  multiplexed.once('end', () => output.end());
  multiplexed.once('error', (error) => output.destroy(error));
  return text(output);
}

/** What the run's containers have printed, each under its name. */
export async function logsOnDocker(docker: Docker, run: string): Promise<Readonly<Record<string, string>>> {
  const { dockerode } = docker.container;
  const logs = (await containersOf(docker, run)).map(async ({ Id, Names }) => {
    const multiplexed = await dockerode.getContainer(Id).logs({ stdout: true, stderr: true, timestamps: true });
    return [Names[0]?.replace(/^\//, '') ?? Id, await textOfFrames(docker, Readable.from([multiplexed]))] as const;
  });
  return Object.fromEntries(await Promise.all(logs));
}

/** What runs of the suite have made on Docker, one line each. */
export interface FoundOnDocker {
  /** Of runs that are over: what was kept, or could not be removed. */
  readonly leftovers: readonly string[];
  /** Of runs that are, or may be, at work. */
  readonly inUse: readonly string[];
}

/** Every container and network that any run has made. */
export async function listOnDocker(docker: Docker): Promise<FoundOnDocker> {
  const found = lines(await ofRuns(docker));
  return {
    leftovers: found.filter(({ owner }) => owner === undefined).map(({ line }) => line),
    inUse: found.flatMap(({ owner, line }) => (owner === undefined ? [] : [`${line}, at work in ${owner}`])),
  };
}

function lines({ containers, networks }: OfRuns): readonly { readonly line: string; readonly owner: string | undefined }[] {
  return [
    ...containers.map(({ Names, Image, Status, Labels }) => ({
      line: `container ${Names[0]?.replace(/^\//, '')} of ${Image}, ${Status}, of run ${Labels[runLabel]}`,
      owner: ownerOf(Labels),
    })),
    ...networks.map(({ Name, Labels = {} }) => ({ line: `network ${Name}, of run ${Labels[runLabel]}`, owner: ownerOf(Labels) })),
  ];
}

/**
 * Removes every container and network that carries the run's label, and looks whether they are gone.
 * @param which the run's id; or those of every run that is over, or of every run whatsoever
 * @returns what is still there after 20 s, a line each
 */
export async function removeFromDocker(
  docker: Docker,
  which: { readonly run: string } | 'leftovers' | 'all',
): Promise<readonly string[]> {
  const { dockerode } = docker.container;
  const chosen = async () => {
    const found = await ofRuns(docker, typeof which === 'string' ? undefined : which.run);
    return which === 'leftovers' ? withoutOwner(found) : found;
  };
  try {
    await waitFor({
      what: 'no container and no network of the run',
      within: seconds(20),
      observe: async () => {
        const { containers, networks } = await chosen();
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
    return lines(await chosen()).map(({ line }) => line);
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

type OfRuns = Awaited<ReturnType<typeof ofRuns>>;

function withoutOwner({ containers, networks }: OfRuns): OfRuns {
  const isLeft = ({ Labels = {} }: { Labels?: Readonly<Record<string, string>> | undefined }) => ownerOf(Labels) === undefined;
  return { containers: containers.filter(isLeft), networks: networks.filter(isLeft) };
}

async function ofRuns({ container: { dockerode } }: Docker, run?: string) {
  const filters = { label: [run === undefined ? runLabel : `${runLabel}=${run}`] };
  const [containers, networks] = await Promise.all([
    dockerode.listContainers({ all: true, filters }),
    dockerode.listNetworks({ filters }),
  ]);
  return { containers, networks };
}
