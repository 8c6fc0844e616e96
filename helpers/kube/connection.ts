import type { Agent } from 'node:http';
import type { AgentOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import { credentialsOf, type SentHeaders } from './credentials.ts';
import { bytesOf, type Kubeconfig, readKubeconfig, textOf } from './kubeconfig.ts';
import { type AgentMaker, agentMaker, formatProxy, type ProxyServer, proxyFromEnvironment, proxyNamed } from './proxy.ts';

/** How the API server's certificate is verified, and the client certificate. */
export type TlsOptions = Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized'>;

/** An API server, how it is reached, and as whom. */
export interface Connection {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** The server and the proxy in between, as errors name them. */
  readonly address: string;
  readonly tls: TlsOptions;
  readonly agent: Agent;
  readonly makeAgent: AgentMaker;
  /** Whether only reads may be sent. */
  readonly readOnly?: boolean;
  headers(): Promise<SentHeaders>;
  /** Returns the token for pods that require one, of an account that may only scrape: the caller's own would let a pod act as the caller. */
  readonly scraperToken?: () => Promise<string>;
}

export interface ConnectOptions {
  /** Aborts the plugin that returns the credentials. */
  readonly signal?: AbortSignal;
  /** The environment variables with the proxy; default: those of the process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Prepares connections, which are kept alive, to the API server of a kubeconfig's context.
 * @param path the kubeconfig's file
 * @param context the context's name; default: the current context
 * @throws UsageError when the file cannot be read, does not have the context, or sets a field that is not supported;
 * InfrastructureError when a plugin returns no credentials
 */
export async function connect(
  path: string,
  context?: string,
  { signal, environment = process.env }: ConnectOptions = {},
): Promise<Connection> {
  const kubeconfig = readKubeconfig(path, context);
  const url = serverOf(kubeconfig);
  const server = url.href.replace(/\/$/, '');
  const proxy = proxyOf(kubeconfig, url, environment);
  const verification = verificationOf(kubeconfig);
  const { tls: certificate, headers } = await credentialsOf(kubeconfig, signal);
  const makeAgent = await agentMaker(proxy);
  const tls = { ...verification, ...certificate };
  const place = proxy ? `${server} through ${formatProxy(proxy)}` : server;
  return { server, address: place, tls, makeAgent: makeAgent, agent: agentOf(makeAgent, tls, kubeconfig), headers };
}

/** The same API server, with a bearer token and no client certificate, over connections that all such tokens share. */
export function asBearer(connection: Connection, token: string): Connection {
  return { ...asAnonymous(connection), headers: async () => ({ Authorization: `Bearer ${token}` }) };
}

/** The same API server, without credentials. */
export function asAnonymous(connection: Connection): Connection {
  const { cert: _, key: __, ...tls } = connection.tls;
  const agent = anonymousAgents.get(connection.agent) ?? connection.makeAgent(tls);
  anonymousAgents.set(connection.agent, agent);
  return { ...connection, tls, agent, headers: async () => ({}) };
}

/** The agent without a client certificate for each agent with one: a token is sent with each request, so that tokens can share it. */
const anonymousAgents = new WeakMap<Agent, Agent>();

/** The part of a KubeConfig that client-node reads for WebSockets. */
export function webSocketConfig({ server, tls, agent, headers }: Connection): KubeConfig {
  const access: Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'> = {
    getCurrentCluster: () => ({ name: '', server, skipTLSVerify: tls.rejectUnauthorized === false }),
    applyToHTTPSOptions: async (options) => void Object.assign(options, tls, { agent, headers: await headers() }),
  };
  return access as KubeConfig;
}

function serverOf(kubeconfig: Kubeconfig): URL {
  const text = textOf(kubeconfig, kubeconfig.cluster, 'server');
  if (text !== undefined && URL.canParse(text) && new URL(text).protocol === 'https:') return new URL(text);
  throw new UsageError(
    `The server of the context "${kubeconfig.context}" in ${kubeconfig.file} must be like https://HOST:PORT; it is ${text ?? 'not set'}.`,
  );
}

function proxyOf(
  kubeconfig: Kubeconfig,
  server: URL,
  environment: Readonly<Record<string, string | undefined>>,
): ProxyServer | undefined {
  const named = textOf(kubeconfig, kubeconfig.cluster, 'proxy-url');
  return named === undefined ? proxyFromEnvironment(server, environment) : proxyNamed(named, `proxy-url of ${kubeconfig.file}`);
}

function verificationOf(kubeconfig: Kubeconfig): TlsOptions {
  const { cluster, file } = kubeconfig;
  const ca = bytesOf(kubeconfig, cluster, 'certificate-authority');
  const servername = textOf(kubeconfig, cluster, 'tls-server-name');
  const skipped = cluster['insecure-skip-tls-verify'] === true;
  if (skipped && ca) {
    throw new UsageError(
      `The kubeconfig ${file} sets insecure-skip-tls-verify and a certificate authority, which kubectl refuses as well; remove one of them.`,
    );
  }
  return { ...(ca && { ca }), ...(servername !== undefined && { servername }), ...(skipped && { rejectUnauthorized: false }) };
}

/** @throws UsageError when a certificate or key cannot be parsed */
function agentOf(makeAgent: AgentMaker, tls: TlsOptions, { file }: Kubeconfig): Agent {
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new UsageError(`A certificate or key of the kubeconfig ${file} cannot be used: ${(error as Error).message}.`);
  }
  return makeAgent(tls);
}
