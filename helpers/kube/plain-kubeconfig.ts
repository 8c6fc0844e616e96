import type { AgentOptions } from 'node:https';
import { parse } from 'yaml';

/** Where an API server is and who asks it, as a kubeconfig says it itself. */
export interface PlainKubeconfig {
  readonly context: string;
  readonly server: string;
  readonly tls: Pick<AgentOptions, 'ca' | 'cert' | 'key' | 'servername'>;
  readonly headers: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

const clusterFields = ['server', 'certificate-authority-data', 'tls-server-name'];
const userFields = ['client-certificate-data', 'client-key-data', 'token'];

/**
 * Reads a kubeconfig whose context has everything in the file: certificates and a token, as those of k3s and of most installers.
 * A worker that verifies reads one for each spec file, and client-node's own reader, which knows every other way (plugins, OpenID
 * Connect, proxies, files beside it), loads 800 modules for that.
 * @returns undefined for everything else, faulty files among it
 */
export function readPlainKubeconfig(text: string, context?: string): PlainKubeconfig | undefined {
  const file = parsed(text);
  const name = context ?? file['current-context'];
  const found = named(file.contexts, name, 'context');
  const cluster = named(file.clusters, found?.cluster, 'cluster');
  const user = named(file.users, found?.user, 'user');
  if (typeof name !== 'string' || !cluster || !user) return undefined;
  if (!hasOnly(cluster, clusterFields) || !hasOnly(user, userFields)) return undefined;
  const { server, 'certificate-authority-data': authority, 'tls-server-name': servername } = cluster;
  const { 'client-certificate-data': certificate, 'client-key-data': key, token } = user;
  if (!server?.startsWith('https://')) return undefined;
  return {
    context: name,
    server,
    tls: {
      ...(authority && { ca: decoded(authority) }),
      ...(certificate && { cert: decoded(certificate) }),
      ...(key && { key: decoded(key) }),
      ...(servername && { servername }),
    },
    headers: token ? { Authorization: `Bearer ${token}` } : {},
  };
}

function parsed(text: string): Fields {
  try {
    return isFields(parse(text)) ? parse(text) : {};
  } catch {
    // Whoever reads it next says what is wrong with it.
    return {};
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** What the entry of that name in a kubeconfig's list holds. */
function named(list: unknown, name: unknown, holds: string): Fields | undefined {
  const entry = Array.isArray(list) ? list.find((one) => isFields(one) && one.name === name) : undefined;
  return isFields(entry?.[holds]) ? entry[holds] : undefined;
}

/** Whether all that is said is known here, and said as text. */
function hasOnly<Name extends string>(fields: Fields, known: readonly Name[]): fields is Readonly<Partial<Record<Name, string>>> {
  return Object.entries(fields).every(([name, value]) => known.some((one) => one === name) && typeof value === 'string');
}

function decoded(data: string): Buffer {
  return Buffer.from(data, 'base64');
}
