import type { Agent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { UsageError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy on the way to an API server. */
export interface ProxyServer {
  readonly url: URL;
  /** Who named it, for words on it: `HTTPS_PROXY`. */
  readonly namedBy: string;
}

const schemes = ['http:', 'https:', 'socks5:', 'socks5h:'];

/** @throws UsageError when it is no proxy that can be used */
export function proxyNamed(text: string, namedBy: string): ProxyServer {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.hostname && schemes.includes(url.protocol)) return { url, namedBy };
  // The text may hold a password.
  throw new UsageError(`${namedBy} names no proxy that can be used; it must be like http://HOST:PORT, https:// or socks5://.`);
}

/**
 * The proxy that the environment names for a server, as kubectl understands it.
 * Source: golang.org/x/net/http/httpproxy: HTTPS_PROXY and NO_PROXY, upper case first; nothing on the loopback goes through a proxy.
 */
export function proxyFromEnvironment(server: URL, environment: Environment): ProxyServer | undefined {
  const named = ['HTTPS_PROXY', 'https_proxy'].find((name) => environment[name]);
  if (named === undefined) return undefined;
  const excluded = (environment.NO_PROXY || environment.no_proxy || '').split(',').map((entry) => entry.trim().toLowerCase());
  if (isDirect(server, excluded)) return undefined;
  return proxyNamed(environment[named] ?? '', named);
}

/** How a proxy is shown: without a user and password. */
export function formatProxy({ url, namedBy }: ProxyServer): string {
  return `the proxy ${url.protocol}//${url.host} (${namedBy})`;
}

function isDirect(server: URL, excluded: readonly string[]): boolean {
  const host = bare(server.hostname.toLowerCase());
  const port = server.port || '443';
  if (host === 'localhost' || isInside(host, '127.0.0.0/8') || host === '::1') return true;
  return excluded.some((entry) => {
    if (entry === '*') return true;
    if (entry === '') return false;
    if (entry.includes('/')) return isInside(host, entry);
    const [, name = entry, only] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
    if (only !== undefined && only !== port) return false;
    if (isIP(bare(name))) return bare(name) === host;
    const domain = name.replace(/^\*?\./, '');
    return host.endsWith(`.${domain}`) || (host === domain && domain === name);
  });
}

/** Whether an address is in a range such as `10.0.0.0/8`. */
function isInside(host: string, range: string): boolean {
  const [network = '', prefix = ''] = range.split('/');
  const version = isIP(network);
  if (version === 0 || isIP(host) !== version) return false;
  const type = version === 6 ? 'ipv6' : 'ipv4';
  const inside = new BlockList();
  inside.addSubnet(network, Number(prefix), type);
  return inside.check(host, type);
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Makes the agent of a connection with these TLS options; nothing of them is for the proxy. */
export type AgentMaker = (tls: AgentOptions) => Agent;

/** @returns what makes agents that keep their connections alive, through the proxy where there is one */
export async function agentMaker(proxy: ProxyServer | undefined): Promise<AgentMaker> {
  const kept = { keepAlive: true, maxSockets: 64 };
  // Node.js would make the context anew for every connection.
  if (!proxy) return (tls) => new HttpsAgent({ ...tls, ...kept, secureContext: createSecureContext(tls) });
  const { url } = proxy;
  // Only here, as few connections need them.
  if (url.protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return (tls) => new SocksProxyAgent(url, { ...tls, ...kept } as ConstructorParameters<typeof SocksProxyAgent>[1]);
  }
  const { HttpsProxyAgent } = await import('hpagent');
  return (tls) => new HttpsProxyAgent({ ...tls, ...kept, proxy: url });
}
