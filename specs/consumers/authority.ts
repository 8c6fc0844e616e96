import { request } from 'node:https';
import type { Connection, TlsOptions } from '../../helpers/kube/connection.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/** Why a client rejects the API server's certificate; undefined when it trusts it. */
type Rejection = string | undefined;

/** Whether the API server's certificate is trusted with the cluster's certificate authority, and with another one. */
export async function verifyCertificate({
  client,
}: RequirementContext): Promise<{ readonly byClusterAuthority: Rejection; readonly byAnotherAuthority: Rejection }> {
  const { connection } = client;
  const { ca } = connection.tls;
  // Imported only here: its 200 modules would slow down `--list`.
  const { generate } = await import('selfsigned');
  const another = await generate([{ name: 'commonName', value: 'another authority' }], { keyType: 'ec', algorithm: 'sha256' });
  const [byClusterAuthority, byAnotherAuthority] = await Promise.all([
    handshake(connection, ca),
    handshake(connection, another.cert),
  ]);
  return { byClusterAuthority, byAnotherAuthority };
}

/** Sends an unauthenticated request over the connection of the kubeconfig; any response means trust, whatever its status. */
function handshake({ server, tls, agentWith }: Connection, ca: TlsOptions['ca']): Promise<Rejection> {
  const { cert: _, key: __, ca: ___, ...verification } = tls;
  const agent = agentWith({ ...verification, ...(ca !== undefined && { ca }) });
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
