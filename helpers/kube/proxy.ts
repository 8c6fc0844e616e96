import type { Agent } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { UsageError } from '../errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy on the way to an API server. */
export interface ProxyServer {
  readonly url: URL;
  /** Where it is configured, as errors name it: `HTTPS_PROXY`. */
  readonly namedBy: string;
}

const schemes = ['http:', 'https:', 'socks5:', 'socks5h:'];

/** @throws UsageError when it is not the URL of a supported proxy */
export function proxyNamed(text: string, namedBy: string): ProxyServer {
  const full = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url?.hostname && schemes.includes(url.protocol)) return { url, namedBy };
  // The URL may hold a password and is not shown.
  throw new UsageError(
    `${namedBy} is not the URL of a supported proxy: expected http://HOST:PORT, https://HOST:PORT or socks5://HOST:PORT.`,
  );
}

/**
 * The proxy of the environment for a server, by kubectl's rules; undefined for a direct connection.
 * Source: golang.org/x/net/http/httpproxy: HTTPS_PROXY and NO_PROXY, upper case first; the loopback is reached directly.
 */
export function proxyFromEnvironment(server: URL, environment: Environment): ProxyServer | undefined {
  const named = ['HTTPS_PROXY', 'https_proxy'].find((name) => environment[name]);
  if (named === undefined) return undefined;
  const excluded = (environment.NO_PROXY || environment.no_proxy || '').split(',').map((entry) => entry.trim().toLowerCase());
  if (isDirect(server, excluded)) return undefined;
  return proxyNamed(environment[named] ?? '', named);
}

/** The proxy as text, without user and password. */
export function formatProxy({ url, namedBy }: ProxyServer): string {
  return `the proxy ${url.protocol}//${url.host} (${namedBy})`;
}

function isDirect(server: URL, excluded: readonly string[]): boolean {
  const host = withoutBrackets(server.hostname.toLowerCase());
  const port = server.port || '443';
  if (host === 'localhost' || isInside(host, '127.0.0.0/8') || host === '::1') return true;
  return excluded.some((entry) => {
    if (entry === '*') return true;
    if (entry === '') return false;
    if (entry.includes('/')) return isInside(host, entry);
    const [, name = entry, only] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
    if (only !== undefined && only !== port) return false;
    if (isIP(withoutBrackets(name))) return withoutBrackets(name) === host;
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

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Creates an agent with these TLS options, which do not apply to the connection to a proxy. */
export type AgentMaker = (tls: AgentOptions) => Agent;

/** Returns a function that creates agents that keep their connections alive, through the proxy if there is one. */
export async function agentMaker(proxy: ProxyServer | undefined): Promise<AgentMaker> {
  const kept = { keepAlive: true, maxSockets: 64 };
  // Node.js would make the context anew for every connection.
  if (!proxy) return (tls) => new HttpsAgent({ ...tls, ...kept, secureContext: createSecureContext(tls) });
  const { url } = proxy;
  // Imported here, as few connections need them.
  if (url.protocol.startsWith('socks')) {
    const { SocksProxyAgent } = await import('socks-proxy-agent');
    return (tls) => new SocksProxyAgent(url, { ...tls, ...kept } as ConstructorParameters<typeof SocksProxyAgent>[1]);
  }
  const { HttpsProxyAgent } = await import('hpagent');
  return (tls) => new HttpsProxyAgent({ ...tls, ...kept, proxy: url });
}
