import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { jwtVerify, SignJWT } from 'jose';
import { generate } from 'selfsigned';
import type { Store } from '../store.ts';
import { ApiFailure } from './failure.ts';

/** A certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

export interface Certificates {
  /** The CA certificate. */
  readonly authority: string;
  readonly server: Identity;
  readonly administrator: Identity;
}

/** Generates certificates for a cluster, valid for a day. */
export async function makeCertificates(): Promise<Certificates> {
  const common = { keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'simulated' }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const signed = async (attributes: { name: string; value: string }[]): Promise<Identity> => {
    const { cert, private: key } = await generate(attributes, {
      ...common,
      ca: { key: authority.private, cert: authority.cert },
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    return { cert, key };
  };
  return {
    authority: authority.cert,
    server: await signed([{ name: 'commonName', value: 'kube-apiserver' }]),
    administrator: await signed([
      { name: 'commonName', value: 'simulated-admin' },
      { name: 'organizationName', value: 'system:masters' },
    ]),
  };
}

export interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The claims of a token whose signature was verified. */
interface Claims {
  readonly namespace: string;
  readonly serviceaccount: { readonly name: string; readonly uid: string };
  /** In milliseconds since 1970. */
  readonly expires: number;
}

const ISSUER = 'https://kubernetes.default.svc';

const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Authenticates users by their client certificates and ServiceAccounts by their tokens. */
export class Users {
  private readonly secret = randomBytes(32);
  private readonly verified = new Map<string, Claims>();
  private readonly peers = new WeakMap<TLSSocket, User>();

  constructor(private readonly store: Store) {}

  /**
   * Issues a token for a ServiceAccount. Its times are in real time, as clients compare them with theirs.
   * @throws ApiFailure 404 when there is no such ServiceAccount
   */
  async issue(namespace: string, name: string, seconds: number): Promise<{ token: string; expirationTimestamp: string }> {
    const account = this.store.find('serviceaccounts', { namespace, name });
    if (!account) throw ApiFailure.notFound('serviceaccounts', name);
    const expires = new Date(Date.now() + seconds * 1000);
    const token = await new SignJWT({
      'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid } },
    })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(`system:serviceaccount:${namespace}:${name}`)
      .setIssuer(ISSUER)
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime(expires)
      .sign(this.secret);
    return { token, expirationTimestamp: expires.toISOString() };
  }

  /**
   * The user of a request; `system:anonymous` without credentials.
   * @throws ApiFailure 401 for an invalid token
   */
  async authenticate(request: IncomingMessage): Promise<User> {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (bearer !== undefined) {
      const user = await this.accountOfToken(bearer);
      if (!user) throw new ApiFailure(401, 'Unauthorized', 'Unauthorized');
      return user;
    }
    const socket = request.socket as TLSSocket;
    const user = this.peers.get(socket) ?? (socket.authorized ? certificateUser(socket) : undefined) ?? anonymous;
    this.peers.set(socket, user);
    return user;
  }

  /** The ServiceAccount of a token; undefined when either is not valid any more. */
  async accountOfToken(token: string): Promise<User | undefined> {
    const claims = this.verified.get(token) ?? (await this.verify(token));
    if (!claims || claims.expires < Date.now()) return undefined;
    this.verified.set(token, claims);
    const { namespace, serviceaccount } = claims;
    const account = this.store.find('serviceaccounts', { namespace, name: serviceaccount.name });
    return account?.metadata.uid === serviceaccount.uid ? serviceAccountUser(namespace, serviceaccount.name) : undefined;
  }

  private async verify(token: string): Promise<Claims | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.secret, { issuer: ISSUER });
      return { ...(payload['kubernetes.io'] as Omit<Claims, 'expires'>), expires: (payload.exp ?? 0) * 1000 };
    } catch {
      // An invalid token authenticates nobody.
      return undefined;
    }
  }
}

/** The user of a connection's certificate; undefined without one, as a resumed session counts as authorized either way. */
function certificateUser(socket: TLSSocket): User | undefined {
  const subject = socket.getPeerCertificate().subject as { CN: string; O?: string | string[] } | undefined;
  if (!subject) return undefined;
  const { CN, O = [] } = subject;
  return { name: CN, groups: [...[O].flat(), 'system:authenticated'] };
}

export function serviceAccountUser(namespace: string, name: string): User {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { name: `system:serviceaccount:${namespace}:${name}`, groups };
}
