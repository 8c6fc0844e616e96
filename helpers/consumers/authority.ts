import { connect } from 'node:tls';
import type { Connection } from '../kube/connection.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds } from '../wait.ts';

/** What a reader makes of the API server's certificate: undefined when it trusts it, else why not. */
type Trust = string | undefined;

/** What readers make of the API server's certificate: one that has the cluster's authority, and one that has another. */
export async function trustOf({ client }: RequirementContext): Promise<{ readonly own: Trust; readonly other: Trust }> {
  const { connection } = client;
  const { ca } = connection.agent.options;
  // Only here: it is 200 modules, which everybody would load who only lists the requirements.
  const { generate } = await import('selfsigned');
  const another = await generate([{ name: 'commonName', value: 'another authority' }], { keyType: 'ec', algorithm: 'sha256' });
  const [own, other] = await Promise.all([handshake(connection, ca), handshake(connection, another.cert)]);
  return { own, other };
}

/** Begins a conversation as the kubeconfig says that one does, and asks for nothing. */
function handshake({ server, agent }: Connection, ca: Connection['agent']['options']['ca']): Promise<Trust> {
  const { hostname, port } = new URL(server);
  const { servername, rejectUnauthorized } = agent.options;
  return new Promise((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || 443),
      ...(ca !== undefined && { ca }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
      timeout: seconds(10),
    });
    const end = (trust: Trust) => {
      socket.destroy();
      resolve(trust);
    };
    socket.on('secureConnect', () => end(undefined));
    socket.on('timeout', () => end('no answer within 10 s'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
