import { generate } from 'selfsigned';

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
