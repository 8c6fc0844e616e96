import { request } from 'node:https';
import type { Connection, TlsOptions } from '../../helpers/kube/connection.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/** What a reader makes of the API server's certificate: undefined when it trusts it, else why not. */
type Trust = string | undefined;

/** What readers make of the API server's certificate: one that has the cluster's authority, and one that has another. */
export async function trustOf({ client }: RequirementContext): Promise<{ readonly own: Trust; readonly other: Trust }> {
  const { connection } = client;
  const { ca } = connection.tls;
  // Only here: it is 200 modules, which everybody would load who only lists the requirements.
  const { generate } = await import('selfsigned');
  const another = await generate([{ name: 'commonName', value: 'another authority' }], { keyType: 'ec', algorithm: 'sha256' });
  const [own, other] = await Promise.all([handshake(connection, ca), handshake(connection, another.cert)]);
  return { own, other };
}

/** Sends, on the way that the kubeconfig names, a request of nobody: what is answered does not count, only that it is. */
function handshake({ server, tls, makeAgent }: Connection, ca: TlsOptions['ca']): Promise<Trust> {
  const { cert: _, key: __, ca: ___, ...verification } = tls;
  const agent = makeAgent({ ...verification, ...(ca !== undefined && { ca }) });
  return new Promise((resolve) => {
    const sent = request(new URL('/version', server), { agent, timeout: seconds(10) });
    const end = (trust: Trust) => {
      sent.destroy();
      agent.destroy();
      resolve(trust);
    };
    sent.on('response', () => end(undefined));
    sent.on('timeout', () => end('no answer within 10 s'));
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.end();
  });
}
