import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Network } from '../network.ts';
import type { Pod } from '../objects.ts';
import type { Runtime } from '../runtime.ts';
import type { Store } from '../store.ts';
import { ApiFailure } from './failure.ts';
import type { Asked } from './request.ts';

/** Source: Kubernetes, the remote command protocol, version 4: each message begins with its channel. */
const STDOUT = 1;
const STDERR = 2;
const RESULT = 3;

/** Source: RFC 6455, section 7.4.1. */
const INTERNAL_ERROR = 1011;

interface Machinery {
  readonly store: Store;
  readonly network: Network;
  readonly runtime: Runtime;
}

const webSockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => ['v4.channel.k8s.io', 'portforward.k8s.io'].find((one) => offered.has(one)) ?? false,
});

/** Takes a request over into a WebSocket, and runs a command or forwards a port over it. */
export function stream(machinery: Machinery, asked: Asked, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const pod = machinery.store.find<Pod>('pods', { namespace: asked.namespace, name: asked.name ?? '' });
  if (!pod) throw ApiFailure.notFound('pods', asked.name ?? '');
  const serve = asked.subresource === 'portforward' ? forward : execute;
  webSockets.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    serve(machinery, asked, pod, webSocket).catch((error: Error) => webSocket.close(INTERNAL_ERROR, error.message.slice(0, 100)));
  });
}

async function execute({ runtime }: Machinery, { query }: Asked, pod: Pod, webSocket: WebSocket): Promise<void> {
  const container = query.get('container') ?? pod.spec.containers[0]?.name ?? '';
  const { code, stdout, stderr } = await runtime.exec(pod, container, query.getAll('command'));
  const say = (channel: number, text: string) => webSocket.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
  if (stdout !== '') say(STDOUT, stdout);
  if (stderr !== '') say(STDERR, stderr);
  const causes = [{ reason: 'ExitCode', message: String(code) }];
  const failure = { status: 'Failure', reason: 'NonZeroExitCode', message: `command terminated with exit code ${code}` };
  say(RESULT, JSON.stringify({ metadata: {}, ...(code === 0 ? { status: 'Success' } : { ...failure, details: { causes } }) }));
  webSocket.close();
}

/** Channel 0 carries data, channel 1 errors; each begins with the port's number. */
async function forward({ network }: Machinery, { query }: Asked, pod: Pod, webSocket: WebSocket): Promise<void> {
  const port = Number(query.get('ports'));
  const number = Buffer.alloc(2);
  number.writeUInt16LE(port);
  const say = (channel: number, data: Buffer) => webSocket.send(Buffer.concat([Buffer.of(channel), data]));
  say(0, number);
  say(1, number);
  const target = network.connect(pod.status?.podIP ?? '', port);
  if (!target) {
    say(1, Buffer.from(`unable to forward port ${port}: connection refused`));
    webSocket.close();
    return;
  }
  target.on('data', (data) => say(0, data));
  target.on('error', () => webSocket.close());
  target.on('end', () => webSocket.close());
  webSocket.on('message', (data: Buffer) => data[0] === 0 && target.write(data.subarray(1)));
  webSocket.on('close', () => target.destroy());
}
