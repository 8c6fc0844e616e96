import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import { readPlainKubeconfig } from './plain-kubeconfig.ts';

/** What client-node's WebSockets ask of a kubeconfig. */
export type SocketAccess = Pick<KubeConfig, 'getCurrentCluster' | 'applyToHTTPSOptions'>;

/** Where an API server is, and who asks. */
export interface Connection {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly kubeConfig: SocketAccess;
}

/**
 * Connects as a kubeconfig's context says, over connections that are kept alive.
 * @param path the kubeconfig's file
 * @param context the context's name; the current one unless told
 * @throws UsageError when the file cannot be read or does not know the context
 */
export async function connect(path: string, context?: string): Promise<Connection> {
  const text = read(path);
  const plain = readPlainKubeconfig(text, context);
  if (plain) {
    const { server, tls, headers } = plain;
    const kubeConfig: SocketAccess = {
      getCurrentCluster: () => ({ name: plain.context, server, skipTLSVerify: false }),
      applyToHTTPSOptions: async (options) => void Object.assign(options, tls, { headers }),
    };
    return { server: server.replace(/\/$/, ''), agent: keepAliveAgent(tls), headers, kubeConfig };
  }
  const kubeConfig = await loadKubeConfig(text, path, context);
  const server = kubeConfig.getCurrentCluster()?.server;
  if (server === undefined)
    throw new UsageError(`The context "${kubeConfig.currentContext}" of ${path} names no cluster; name another with --context.`);
  const options: AgentOptions & { headers?: Record<string, string> } = {};
  await kubeConfig.applyToHTTPSOptions(options);
  const { headers = {}, ...tls } = options;
  return { server: server.replace(/\/$/, ''), agent: keepAliveAgent(tls), headers, kubeConfig };
}

/** The same API server, asked with a bearer token and no client certificate. */
export function asBearer(connection: Connection, token: string): Connection {
  return { ...asNobody(connection), headers: { Authorization: `Bearer ${token}` } };
}

/** The same API server, asked by somebody who knows its certificate authority and nothing else. */
export function asNobody(connection: Connection): Connection {
  const { ca, servername, rejectUnauthorized } = connection.agent.options;
  const tls: AgentOptions = {};
  if (ca !== undefined) tls.ca = ca;
  if (servername !== undefined) tls.servername = servername;
  if (rejectUnauthorized !== undefined) tls.rejectUnauthorized = rejectUnauthorized;
  return { ...connection, agent: keepAliveAgent(tls), headers: {} };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): UsageError {
  return new UsageError(`The kubeconfig ${path} cannot be read: ${(error as Error).message}. Name another with --kubeconfig.`);
}

async function loadKubeConfig(text: string, path: string, context: string | undefined): Promise<KubeConfig> {
  // Only here, as few kubeconfigs need it.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const kubeConfig = new KubeConfig();
  try {
    kubeConfig.loadFromString(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (context === undefined) return kubeConfig;
  const known = kubeConfig.getContexts().map(({ name }) => name);
  if (!known.includes(context)) {
    throw new UsageError(`The kubeconfig ${path} has no context "${context}"; it has: ${known.join(', ') || 'none'}.`);
  }
  kubeConfig.setCurrentContext(context);
  return kubeConfig;
}

function keepAliveAgent(tls: AgentOptions): Agent {
  const { agent: _unused, ...options } = tls as AgentOptions & { agent?: unknown };
  return new Agent({ ...options, keepAlive: true, maxSockets: 64 });
}
