import type { AgentOptions } from 'node:https';
import { InfrastructureError, UsageError } from '../errors.ts';
import { credentialPlugin } from './credential-plugin.ts';
import { bytesOf, type Kubeconfig, readBeside, textOf } from './kubeconfig.ts';

/** Headers as Node.js takes them: a list is sent as one header for each value. */
export type SentHeaders = Readonly<Record<string, string | string[]>>;

/** What authenticates the caller: a client certificate and headers. */
export interface Credentials {
  readonly tls: Pick<AgentOptions, 'cert' | 'key'>;
  /** The headers of a request; read again for each request, as tokens are rotated. */
  headers(): Promise<SentHeaders>;
}

/**
 * The credentials of a kubeconfig's user, with impersonation. A token takes precedence over a plugin, and `tokenFile` over `token`.
 * Source: kubeconfig (v1) reference, `AuthInfo`.
 * @param signal aborts the first run of a plugin
 * @throws UsageError for a file that cannot be read and for fields that contradict each other; InfrastructureError when a plugin fails
 */
export async function credentialsOf(kubeconfig: Kubeconfig, signal: AbortSignal | undefined): Promise<Credentials> {
  const { user } = kubeconfig;
  const impersonation = impersonationOf(kubeconfig);
  const cert = bytesOf(kubeconfig, user, 'client-certificate');
  const key = bytesOf(kubeconfig, user, 'client-key');
  const tls = { ...(cert && { cert }), ...(key && { key }) };
  const authorization = authorizationOf(kubeconfig);
  if (authorization) {
    authorization();
    return { tls, headers: async () => ({ Authorization: rotated(authorization), ...impersonation }) };
  }
  if (user.exec === undefined || user.exec === null) return { tls, headers: async () => impersonation };
  const plugin = credentialPlugin(kubeconfig);
  const { clientCertificateData, clientKeyData } = await plugin(signal);
  const bearer = async (): Promise<SentHeaders> => {
    const { token } = await plugin();
    return { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...impersonation };
  };
  const certificate = {
    ...(clientCertificateData && { cert: clientCertificateData }),
    ...(clientKeyData && { key: clientKeyData }),
  };
  return { tls: { ...tls, ...certificate }, headers: bearer };
}

/** A token file that disappears during the run is an InfrastructureError and no bad usage. */
function rotated(authorization: () => string): string {
  try {
    return authorization();
  } catch (error) {
    throw new InfrastructureError((error as Error).message);
  }
}

/** Returns the current `Authorization` header; undefined if the kubeconfig has neither token nor user name. */
function authorizationOf(kubeconfig: Kubeconfig): (() => string) | undefined {
  const text = (name: string) => textOf(kubeconfig, kubeconfig.user, name);
  const [tokenFile, token, username] = [text('tokenFile'), text('token'), text('username')];
  if (username !== undefined && (token ?? tokenFile) !== undefined) {
    throw new UsageError(`The user of the kubeconfig ${kubeconfig.file} has both a username and a token; remove one of them.`);
  }
  if (tokenFile !== undefined) {
    return () => {
      const read = readBeside(kubeconfig, 'tokenFile', tokenFile).toString('utf8').trim();
      if (read !== '') return `Bearer ${read}`;
      throw new UsageError(`The tokenFile of the kubeconfig ${kubeconfig.file} is empty.`);
    };
  }
  if (token !== undefined) return () => `Bearer ${token}`;
  if (username === undefined) return undefined;
  return () => `Basic ${Buffer.from(`${username}:${text('password') ?? ''}`).toString('base64')}`;
}

/** The headers of user impersonation. Source: Kubernetes, "User impersonation". */
function impersonationOf({ file, user }: Kubeconfig): SentHeaders {
  const text = (name: string) => textOf({ file }, user, name);
  const groups = textsOf(file, 'as-groups', user['as-groups']);
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(
    ([key, values]) => [`Impersonate-Extra-${escaped(key)}`, textsOf(file, 'as-user-extra', values)] as const,
  );
  const [name, uid] = [text('as'), text('as-uid')];
  if (name === undefined && (uid !== undefined || groups.length > 0 || extra.length > 0)) {
    throw new UsageError(`The user of the kubeconfig ${file} sets as-uid, as-groups or as-user-extra without as.`);
  }
  return {
    ...(name !== undefined && { 'Impersonate-User': name }),
    ...(uid !== undefined && { 'Impersonate-Uid': uid }),
    ...(groups.length > 0 && { 'Impersonate-Group': groups }),
    ...Object.fromEntries(extra),
  };
}

function textsOf(file: string, name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new UsageError(`In the kubeconfig ${file}, ${name} is not a list of strings but ${JSON.stringify(value)}.`);
}

/** A key, escaped for the name of a header. Source: RFC 9110, section 5.6.2, and RFC 3986, section 2.1. */
function escaped(key: string): string {
  return encodeURIComponent(key).replace(/[()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}
