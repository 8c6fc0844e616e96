import { request } from 'node:https';
import { verify } from '../../helpers/failure.ts';
import type { Connection, TlsOptions } from '../../helpers/kube/connection.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/** Why a client rejects the API server's certificate; undefined when it trusts it. */
type Rejection = string | undefined;

/**
 * Verifies the API server's certificate with the cluster's certificate authority and with a generated one.
 * @returns why the generated authority rejects it: `UNABLE_TO_VERIFY_LEAF_SIGNATURE`
 * @throws RequirementFailure when the cluster's authority rejects it, or the generated one does not
 */
export async function trustsOnlyTheClusterAuthority({ client }: RequirementContext): Promise<string> {
  const { connection } = client;
  const { ca } = connection.tls;
  // Imported only here: its 200 modules would slow down `--list`.
  const { generate } = await import('selfsigned');
  const generated = await generate([{ name: 'commonName', value: 'another authority' }], { keyType: 'ec', algorithm: 'sha256' });
  const [byCluster, byGenerated] = await Promise.all([handshake(connection, ca), handshake(connection, generated.cert)]);
  verify(byCluster === undefined, { expected: "trust by the cluster's certificate authority", actual: String(byCluster) });
  verify(byGenerated !== undefined, {
    expected: 'a rejection of the certificate',
    actual: 'trust by a generated authority, as the kubeconfig skips verification',
  });
  return byGenerated;
}

/** Sends an unauthenticated request over the connection of the kubeconfig; any response means trust, whatever its status. */
function handshake({ server, tls, makeAgent }: Connection, ca: TlsOptions['ca']): Promise<Rejection> {
  const { cert: _, key: __, ca: ___, ...verification } = tls;
  const agent = makeAgent({ ...verification, ...(ca !== undefined && { ca }) });
  return new Promise((resolve) => {
    const sent = request(new URL('/version', server), { agent, timeout: seconds(10) });
    const end = (rejection: Rejection) => {
      sent.destroy();
      agent.destroy();
      resolve(rejection);
    };
    sent.on('response', () => end(undefined));
    sent.on('timeout', () => end('no response within 10 s'));
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.end();
  });
}
