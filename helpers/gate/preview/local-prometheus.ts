import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { type Docker, findDocker, labelsOnDocker, removeFromDocker } from '../../cluster/docker.ts';
import { findLocalImage, pullAbsentImages } from '../../cluster/local-images.ts';
import type { Reaper } from '../../cluster/start-reaper.ts';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { newRunId } from '../../kube/run-label.ts';
import { writePrivately } from '../../private-files.ts';
import { PROMETHEUS_PORT } from '../../prometheus/pod.ts';
import { PrometheusApi, type RawResponse } from '../../prometheus/prometheus.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { PrometheusKind } from './options.ts';

/** A Prometheus that this machine can start. */
export type PrometheusProgram =
  | { readonly kind: 'path'; readonly file: string }
  | { readonly kind: 'docker'; readonly docker: Docker; readonly image: string };

/**
 * Finds a Prometheus: on the PATH first, then an image in the local Docker, which is pulled only where Docker is required.
 * @returns why there is none, as the end of a sentence, unless one is required
 * @throws UsageError when the required one is not there
 */
export async function findPrometheus(
  kind: Exclude<PrometheusKind, 'none'>,
  image: string,
  note: (line: string) => void,
): Promise<PrometheusProgram | { readonly missing: string }> {
  const file = kind === 'docker' ? undefined : onPath('prometheus');
  if (file !== undefined) return { kind: 'path', file };
  if (kind === 'path') throw new UsageError('There is no prometheus on the PATH, which --prometheus path requires.');
  if (kind === 'docker') {
    const docker = await findDocker();
    await pullAbsentImages(docker, [image], { note });
    return { kind, docker, image };
  }
  try {
    const docker = await findDocker();
    if (await findLocalImage(docker, image)) return { kind: 'docker', docker, image };
    return { missing: `there is no prometheus on the PATH, and no image ${image} in Docker: --prometheus docker pulls it` };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InfrastructureError)) throw error;
    return { missing: 'there is no prometheus on the PATH, and no Docker answers' };
  }
}

function onPath(name: string): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => join(directory, name)).find((file) => existsSync(file));
}

/** What a Prometheus reads, by the name of the file. */
export interface PrometheusInput {
  /** An empty directory, in which `metrics.txt` is the exposition that it scrapes from itself. */
  readonly directory: string;
  /** @param address the host and port under which it reaches itself */
  files(address: string): Readonly<Record<string, string>>;
}

export interface LocalPrometheus {
  readonly prometheus: PrometheusApi;
  stop(): Promise<void>;
}

/** A Prometheus that did not become ready, with what it logged. */
export class PrometheusNotReady extends InfrastructureError {
  constructor(
    reason: string,
    readonly log: readonly string[],
  ) {
    super(`Prometheus did not become ready: ${reason}.${log.length > 0 ? ` Its log ends with: ${log.at(-1)}` : ''}`);
  }
}

/** Where it serves files of its own: what is below the directory of --web.user-assets. */
export const EXPOSITION_PATH = '/user/metrics.txt';

/**
 * Starts a Prometheus, which serves the exposition itself and scrapes it: neither needs a way through the network to the other.
 * @throws PrometheusNotReady when it ends or does not become ready
 */
export async function startPrometheus(
  program: PrometheusProgram,
  input: PrometheusInput,
  reaper: Reaper,
): Promise<LocalPrometheus> {
  const started =
    program.kind === 'path' ? await onThisMachine(program.file, input, reaper) : await inDocker(program, input, reaper);
  const get = (path: string, query: Readonly<Record<string, string | number>> = {}) => getJson(started.origin, path, query);
  try {
    await waitFor({
      what: 'a Prometheus that is ready',
      within: seconds(60),
      observe: async () => (await started.hasEnded()) || (await get('/-/ready')).status,
      until: (status) => status === 200,
      describe: (status) => `status ${status}`,
      hopeless: (status) => (status === true ? 'it ended' : undefined),
    });
  } catch (error) {
    const log = started.log();
    await started.stop();
    if (error instanceof NotObserved) throw new PrometheusNotReady(error.actual, log);
    throw error;
  }
  return { prometheus: new PrometheusApi(get), stop: started.stop };
}

interface Started {
  /** `http://127.0.0.1:9090` */
  readonly origin: string;
  hasEnded(): Promise<boolean>;
  log(): readonly string[];
  stop(): Promise<void>;
}

/** @returns status 0 as long as nobody listens */
async function getJson(origin: string, path: string, query: Readonly<Record<string, string | number>>): Promise<RawResponse> {
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  try {
    const response = await fetch(url);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, data: isJson ? (JSON.parse(text) as unknown) : text };
  } catch (error) {
    const { name, message, cause } = error as Error;
    // What fetch throws where there is no response.
    if (name !== 'TypeError') throw error;
    return { status: 0, data: `${message}: ${String(cause)}` };
  }
}

function argumentsOf(configuration: string, assets: string, data: string): readonly string[] {
  return [
    `--config.file=${configuration}/prometheus.yml`,
    `--web.user-assets=${assets}`,
    `--storage.tsdb.path=${data}`,
    '--storage.tsdb.retention.time=1d',
  ];
}

async function onThisMachine(file: string, { directory, files }: PrometheusInput, reaper: Reaper): Promise<Started> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const configuration = join(directory, 'configuration');
  mkdirSync(configuration, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files(address))) writePrivately(join(configuration, name), text);
  const logFile = join(directory, 'prometheus.log');
  const log = openSync(logFile, 'w', 0o600);
  const args = [...argumentsOf(configuration, directory, join(directory, 'data')), `--web.listen-address=${address}`];
  // A process group of its own, which the reaper ends should this process be killed.
  const child = spawn(file, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let hasEnded = false;
  // An error is that of a file that cannot be executed.
  const end = Promise.any([once(child, 'exit'), once(child, 'error')]).then(() => {
    hasEnded = true;
  });
  const release = child.pid === undefined ? () => undefined : reaper.ownsGroup(child.pid);
  return {
    origin: `http://${address}`,
    hasEnded: async () => hasEnded,
    log: () => lines(readFileSync(logFile, 'utf8')),
    stop: async () => {
      // Its data is thrown away, so that it need not write it.
      child.kill('SIGKILL');
      await end;
      release();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A port of this machine that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const mount = '/preview';

async function inDocker(
  { docker, image }: Extract<PrometheusProgram, { readonly kind: 'docker' }>,
  { directory, files }: PrometheusInput,
  reaper: Reaper,
): Promise<Started> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const run = newRunId();
  reaper.ownsRun(run);
  const printed: string[] = [];
  const HostIp = addressOf(docker);
  /** With the address: testcontainers publishes ports on every one, where others could read the names of the objects. */
  class PrometheusContainer extends GenericContainer {
    protected override async beforeContainerCreated(): Promise<void> {
      this.hostConfig.PortBindings = { [`${PROMETHEUS_PORT}/tcp`]: [{ HostIp, HostPort: '0' }] };
    }
  }
  const stop = async () => {
    const left = await removeFromDocker(docker, { run });
    rmSync(directory, { recursive: true, force: true });
    if (left.length > 0) throw new InfrastructureError(`A Prometheus of the preview could not be removed: ${left.join(', ')}.`);
  };
  try {
    const container = await new PrometheusContainer(image)
      .withExposedPorts(PROMETHEUS_PORT)
      .withLabels(labelsOnDocker(run))
      .withCommand([...argumentsOf(`${mount}/configuration`, `${mount}/assets`, '/data')])
      .withTmpFs({ '/data': 'rw,mode=1777' })
      .withCopyFilesToContainer([{ source: join(directory, 'metrics.txt'), target: `${mount}/assets/metrics.txt`, mode: 0o644 }])
      .withCopyContentToContainer(
        Object.entries(files(`127.0.0.1:${PROMETHEUS_PORT}`)).map(([name, content]) => ({
          content,
          target: `${mount}/configuration/${name}`,
          mode: 0o644,
        })),
      )
      .withLogConsumer((stream) => stream.on('data', (chunk: Buffer | string) => printed.push(chunk.toString())))
      .withWaitStrategy(Wait.forLogMessage(/./))
      .start();
    return {
      origin: `http://${container.getHost()}:${container.getMappedPort(PROMETHEUS_PORT)}`,
      hasEnded: async () => !(await docker.container.getById(container.getId()).inspect()).State.Running,
      log: () => lines(printed.join('')),
      stop,
    };
  } catch (error) {
    await stop();
    throw new PrometheusNotReady((error as Error).message, lines(printed.join('')));
  }
}

/** The address at which this process reaches a Docker of this machine; any other Docker's is not known to be its own, so all of them. */
function addressOf({ container, info }: Docker): string {
  const { socketPath } = container.dockerode.modem as { readonly socketPath?: string };
  const reached = info.containerRuntime.hostIps.find(({ family }) => family === 4);
  return socketPath === undefined ? '' : (reached?.address ?? '');
}

function lines(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.trim().split('\n');
}
