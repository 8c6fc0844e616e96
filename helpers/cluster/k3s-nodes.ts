import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { K3sContainer, type StartedK3sContainer } from '@testcontainers/k3s';
import { GenericContainer, type StartedNetwork, type StartedTestContainer, Wait } from 'testcontainers';
import { InfrastructureError } from '../errors.ts';
import { redactingStream } from '../redaction/text.ts';
import { labelsOnDocker } from './docker.ts';
import type { ImageArchive } from './node-images.ts';
import { minimumFreeDiskPercent } from './preflight.ts';
import type { NodeFile } from './registries.ts';

/** The server's node name, and its host name on the cluster's network. */
const serverName = 'server';

export interface NodeOptions {
  readonly run: string;
  readonly image: string;
  readonly cgroup: CgroupNamespace;
  /** k3s imports them when it starts. */
  readonly archives: readonly ImageArchive[];
  /** Further files of the node: registries.yaml and what it refers to. */
  readonly files: readonly NodeFile[];
  /** The directory on this machine for the nodes' logs. */
  readonly logs: string;
}

export interface ServerOptions extends NodeOptions {
  /** `k3s-controlplane=true:NoExecute` */
  readonly taint?: string;
  readonly domain: string;
  /** The host name in the kubeconfig, which the API server's certificate must include. */
  readonly host: string;
  /** How agents join; absent without agents. */
  readonly joining?: Joining;
}

export interface Joining {
  readonly network: StartedNetwork;
  readonly token: string;
}

/**
 * Boots a k3s server with the control plane that the profile expects.
 * @throws InfrastructureError with the node's last lines when it ends or is not up within two minutes
 */
export async function startServer(options: ServerOptions): Promise<StartedK3sContainer> {
  const { image, joining } = options;
  const log = new NodeLog(options.logs, serverName);
  const container = new K3sServerContainer(image, options.cgroup).withCommand(serverCommand(options));
  if (joining) {
    container.withNetwork(joining.network).withNetworkAliases(serverName).withEnvironment({ K3S_TOKEN: joining.token });
  }
  prepare(container, options, log);
  try {
    return await container.start();
  } catch (error) {
    throw log.failure(`The node ${image} did not start: ${(error as Error).message}.`);
  }
}

/**
 * Starts a k3s agent that joins the server on their network. That it has joined shows only in its Node object.
 * @throws InfrastructureError with the node's last lines when it ends
 */
export async function startAgent(options: NodeOptions & Joining & { readonly name: string }): Promise<StartedTestContainer> {
  const { name, image, network, token } = options;
  const log = new NodeLog(options.logs, name);
  const container = new K3sAgentContainer(image, options.cgroup)
    .withCommand(['agent', `--node-name=${name}`, ...kubeletArguments])
    .withEnvironment({ K3S_URL: `https://${serverName}:6443`, K3S_TOKEN: token })
    .withNetwork(network)
    .withNetworkAliases(name)
    .withWaitStrategy(Wait.forLogMessage(/./));
  prepare(container, options, log);
  try {
    return await container.start();
  } catch (error) {
    throw log.failure(`The agent ${name} (${image}) did not start: ${(error as Error).message}.`);
  }
}

function prepare(container: GenericContainer, { run, archives, files }: NodeOptions, log: NodeLog): void {
  container
    .withLabels(labelsOnDocker(run))
    .withLogConsumer((stream) => log.follow(stream))
    .withCopyFilesToContainer([...archives])
    .withCopyContentToContainer([...files]);
}

/** Packaged components of k3s that the suite does without. An older release ignores a name that it does not know. */
const disabled = [
  'traefik',
  // With the taint, its API group stays unavailable, and then no namespace is ever deleted.
  'metrics-server',
  // It overwrites the status of every Service of type LoadBalancer.
  'servicelb',
  // From 1.37 on a HelmChart, whose job stays Pending on a tainted node.
  'gateway-api-crd',
];

/**
 * k3s evicts pods on a disk that is 95 % full, and the kubelet deletes images on one that is 85 % full; a cluster that lives for minutes
 * needs neither. Source: k3s, pkg/daemons/agent: eviction-hard; k3d, FAQ, "Pods evicted due to lack of disk space".
 * Before Kubernetes 1.27, the kubelet sends 5 requests and 5 events a second by default: with the pods of a run, it reports a state or a failed
 * probe up to 20 s late. Source: Kubernetes 1.27, change log: kubeAPIQPS and eventRecordQPS are 50, kubeAPIBurst and eventBurst 100.
 */
const kubeletArguments = [
  `eviction-hard=imagefs.available<${minimumFreeDiskPercent}%,nodefs.available<${minimumFreeDiskPercent}%`,
  `eviction-minimum-reclaim=imagefs.available=${minimumFreeDiskPercent}%,nodefs.available=${minimumFreeDiskPercent}%`,
  'image-gc-high-threshold=100',
  'kube-api-qps=50',
  'kube-api-burst=100',
  'event-qps=50',
  'event-burst=100',
].map((argument) => `--kubelet-arg=${argument}`);

/** The command line of the server; exported for its test. */
export function serverCommand({ taint, domain, host }: Pick<ServerOptions, 'taint' | 'domain' | 'host'>): string[] {
  return [
    'server',
    ...disabled.map((component) => `--disable=${component}`),
    `--node-name=${serverName}`,
    `--cluster-domain=${domain}`,
    `--tls-san=${host}`,
    ...kubeletArguments,
    ...(taint === undefined ? [] : [`--node-taint=${taint}`]),
  ];
}

/** Whose cgroups a node sees. */
export type CgroupNamespace = 'host' | 'private';

/** The first release that is known to move its own processes out of the root cgroup of a private namespace. */
const firstWithPrivateCgroup = 24;

/**
 * The cgroup namespace of a node. In the host's, all nodes on one host manage the same /kubepods, and each kubelet removes the cgroups of the
 * others' pods; a private one needs cgroup version 2 and a k3s that moves itself.
 */
export function cgroupNamespace(cgroupVersion: string | undefined, image: string): CgroupNamespace {
  const minor = Number(/(?:^|\/)rancher\/k3s:v1\.(\d+)/.exec(image)?.[1] ?? 0);
  return cgroupVersion === '2' && minor >= firstWithPrivateCgroup ? 'private' : 'host';
}

/** K3sContainer, which always takes the host's cgroups, with the choice. */
export class K3sServerContainer extends K3sContainer {
  constructor(image: string, cgroup: CgroupNamespace) {
    super(image);
    if (cgroup === 'private') Object.assign(this.hostConfig, privateCgroup);
  }
}

const cgroupBind = { source: '/sys/fs/cgroup', target: '/sys/fs/cgroup' };

/** testcontainers' type of hostConfig lacks CgroupnsMode, a field of Docker's API. */
const privateCgroup = { CgroupnsMode: 'private', Binds: [] };

/** K3sContainer cannot be an agent: it reads a kubeconfig that only a server writes. */
export class K3sAgentContainer extends GenericContainer {
  constructor(image: string, cgroup: CgroupNamespace) {
    super(image);
    this.withPrivilegedMode().withTmpFs({ '/run': 'rw', '/var/run': 'rw' });
    if (cgroup === 'host') this.withBindMounts([cgroupBind]);
    Object.assign(this.hostConfig, cgroup === 'private' ? privateCgroup : { CgroupnsMode: 'host' });
  }
}

/** A current k3s, which is suggested where an old one does not boot. */
export const currentK3s = 'rancher/k3s:v1.36.4-k3s1';

/** In a container on cgroup version 1, k3s always takes the legacy tables. Source: k3s-root, iptables-detect.sh; testcontainers-java #9198. */
const withoutLegacyTables = /can't initialize iptables table|iptables-legacy.*Table does not exist/;

/** How many lines of a node's log an error shows. */
const shownLines = 15;

/** A node's own log, without secrets: whole in a file, as a container that does not start is removed with its log. */
export class NodeLog {
  readonly #file: string;
  #lines: readonly string[] = [];
  #lacksTables = false;

  /** @param directory where NAME.log is written */
  constructor(directory: string, name: string) {
    this.#file = `${directory}/${name}.log`;
  }

  follow(stream: Readable): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    stream.pipe(redactingStream()).on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      appendFileSync(this.#file, text, { mode: 0o600 });
      this.#lines = [...this.#lines, ...text.trimEnd().split('\n')].slice(-shownLines);
      this.#lacksTables ||= withoutLegacyTables.test(text);
    });
  }

  /** @returns the error for a node that did not start, with its last lines and what to do where that is known */
  failure(sentence: string): InfrastructureError {
    const advice = this.#lacksTables
      ? ` The kernel of Docker's host lacks the legacy iptables tables, without which this k3s does not boot: load them (modprobe iptable_filter iptable_nat iptable_mangle), boot the host with cgroup version 2, or take a current release (--k3s-image ${currentK3s}).`
      : '';
    const lines = this.#lines.join('\n');
    return new InfrastructureError(
      `${sentence}${advice} ${lines ? `Its last lines, of ${this.#file}:\n${lines}` : 'It printed nothing.'}`,
    );
  }
}
