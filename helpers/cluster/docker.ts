import { hostname } from 'node:os';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ContainerRuntimeClient } from 'testcontainers';
import { UsageError } from '../errors.ts';
import { runLabel } from '../kube/run-label.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { processExists } from './process-identity.ts';

/** A client of the Docker Engine API. */
export type Docker = ContainerRuntimeClient;

/** The label beside the run's of what is created on Docker: the machine and the process of the run. */
const ownerLabel = 'conformance.kube-state-metrics/owner';

/** The labels of everything that a run of this process creates on Docker. */
export function labelsOnDocker(run: string): Record<string, string> {
  return { [runLabel]: run, [ownerLabel]: `${hostname()}/${process.pid}` };
}

/**
 * The process that may still use what carries these labels: a live process of this machine, or a process of another machine, which is
 * not visible from here.
 * @returns undefined where no process uses it any more
 */
export function ownerOf(
  labels: Readonly<Record<string, string | undefined>>,
  isAlive: (pid: number) => boolean = processExists,
): string | undefined {
  const owner = labels[ownerLabel];
  if (owner === undefined) return undefined;
  const [machine, pid] = [owner.slice(0, owner.lastIndexOf('/')), Number(owner.slice(owner.lastIndexOf('/') + 1))];
  if (machine !== hostname()) return `process ${pid} on ${machine}`;
  return isAlive(pid) ? `process ${pid}` : undefined;
}

/**
 * Finds Docker as testcontainers does: DOCKER_HOST, the current context, rootless sockets.
 * @throws UsageError when no Docker answers
 */
export async function findDocker(): Promise<Docker> {
  // Imported late: runs on other clusters do without it.
  const { getContainerRuntimeClient } = await import('testcontainers');
  const { DOCKER_HOST } = process.env;
  try {
    const docker = await getContainerRuntimeClient();
    // Where DOCKER_HOST does not answer, testcontainers falls back to another Docker, which the user did not choose.
    if (!DOCKER_HOST || isAt(docker, DOCKER_HOST)) return docker;
  } catch (error) {
    throw noDocker((error as Error).message);
  }
  throw noDocker(`DOCKER_HOST is ${DOCKER_HOST}, and no Docker answers there`);
}

function noDocker(why: string): UsageError {
  return new UsageError(
    `No Docker answers (${why}). Start Docker, point DOCKER_HOST at one, or name a cluster that exists: --cluster kubeconfig --kubeconfig FILE --context NAME.`,
  );
}

/** Whether a Docker is at an address; an address that is neither a Unix socket nor a host and a port counts as its own. */
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

/** Whether the run has containers and all of them are running. */
export async function isRunning(docker: Docker, run: string): Promise<boolean> {
  const filters = { label: [`${runLabel}=${run}`] };
  const containers = await docker.container.dockerode.listContainers({ all: true, filters });
  return containers.length > 0 && containers.every(({ State }) => State === 'running');
}

/** A container of a run, which is a node of its cluster. */
export interface NodeContainer {
  readonly id: string;
  readonly name: string;
}

/** The nodes of the cluster that a run booted. */
export async function nodeContainers(docker: Docker, run: string): Promise<readonly NodeContainer[]> {
  const { containers } = await createdByRuns(docker, run);
  return containers.map(({ Id: id, Names: [name = id] }) => ({ id, name: name.replace(/^\//, '') }));
}

/** The logs of a run's nodes, by container name. */
export async function logsOnDocker(docker: Docker, run: string): Promise<Readonly<Record<string, string>>> {
  const { dockerode } = docker.container;
  const logs = (await nodeContainers(docker, run)).map(async ({ id, name }) => {
    const multiplexed = await dockerode.getContainer(id).logs({ stdout: true, stderr: true, timestamps: true });
    return [name, await demultiplexed(docker, Readable.from([multiplexed]))] as const;
  });
  return Object.fromEntries(await Promise.all(logs));
}

/**
 * Runs a command in a container.
 * @param input the command's standard input
 * @returns its exit code, and its standard output and error as one text
 */
export async function runInContainer(
  docker: Docker,
  container: string,
  command: readonly string[],
  input?: Readable,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const streams = { AttachStdin: input !== undefined, AttachStdout: true, AttachStderr: true };
  const exec = await docker.container.dockerode.getContainer(container).exec({ Cmd: [...command], ...streams });
  const io = await exec.start({ hijack: true, stdin: input !== undefined });
  const output = demultiplexed(docker, io);
  input?.once('error', (error) => io.destroy(error));
  input?.pipe(io);
  const printed = await output;
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, output: printed };
}

/** The text of a log or of a command's output, which Docker multiplexes. */
function demultiplexed({ container: { dockerode } }: Docker, multiplexed: NodeJS.ReadableStream): Promise<string> {
  const output = new PassThrough();
  dockerode.modem.demuxStream(multiplexed, output, output);
  multiplexed.once('end', () => output.end());
  multiplexed.once('error', (error) => output.destroy(error));
  return text(output);
}

/** What runs of the suite have created on Docker, a line each. */
export interface FoundOnDocker {
  /** What runs that are over have kept, or could not remove. */
  readonly leftovers: readonly string[];
  /** What belongs to runs that are, or may be, in progress. */
  readonly inUse: readonly string[];
}

/** Every container and network that any run has created. */
export async function listOnDocker(docker: Docker): Promise<FoundOnDocker> {
  const found = lines(await createdByRuns(docker));
  return {
    leftovers: found.filter(({ owner }) => owner === undefined).map(({ line }) => line),
    inUse: found.flatMap(({ owner, line }) => (owner === undefined ? [] : [`${line}, in use by ${owner}`])),
  };
}

function lines({
  containers,
  networks,
}: CreatedByRuns): readonly { readonly line: string; readonly owner: string | undefined }[] {
  return [
    ...containers.map(({ Names, Image, Status, Labels }) => ({
      line: `container ${Names[0]?.replace(/^\//, '')} of ${Image}, ${Status}, of run ${Labels[runLabel]}`,
      owner: ownerOf(Labels),
    })),
    ...networks.map(({ Name, Labels = {} }) => ({ line: `network ${Name}, of run ${Labels[runLabel]}`, owner: ownerOf(Labels) })),
  ];
}

/**
 * Removes containers and networks by their run label, and waits until they are gone.
 * @param which those of one run, by its id; of every run that is over; or of every run
 * @returns what still exists after 20 s, a line each
 */
export async function removeFromDocker(
  docker: Docker,
  which: { readonly run: string } | 'leftovers' | 'all',
): Promise<readonly string[]> {
  const { dockerode } = docker.container;
  const chosen = async () => {
    const found = await createdByRuns(docker, typeof which === 'string' ? undefined : which.run);
    return which === 'leftovers' ? withoutOwner(found) : found;
  };
  try {
    await waitFor({
      what: 'the removal of all containers and networks of the run',
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

/** Waits for a removal. One that is done, in progress elsewhere, or blocked by another removal is no error: the next round observes again. */
async function gone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const { statusCode = 0 } = error as { statusCode?: number };
    if (![403, 404, 409].includes(statusCode)) throw error;
  }
}

type CreatedByRuns = Awaited<ReturnType<typeof createdByRuns>>;

function withoutOwner({ containers, networks }: CreatedByRuns): CreatedByRuns {
  const isLeft = ({ Labels = {} }: { Labels?: Readonly<Record<string, string>> | undefined }) => ownerOf(Labels) === undefined;
  return { containers: containers.filter(isLeft), networks: networks.filter(isLeft) };
}

async function createdByRuns({ container: { dockerode } }: Docker, run?: string) {
  const filters = { label: [run === undefined ? runLabel : `${runLabel}=${run}`] };
  const [containers, networks] = await Promise.all([
    dockerode.listContainers({ all: true, filters }),
    dockerode.listNetworks({ filters }),
  ]);
  return { containers, networks };
}
