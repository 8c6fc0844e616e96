import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Network } from '../network.ts';
import type { Pod, Service } from '../objects.ts';
import { type Backend, backendOf } from '../services.ts';
import type { Store } from '../store.ts';
import { ApiFailure } from './failure.ts';
import type { Asked } from './request.ts';

/** Passes a request on to a port of a pod, or of a pod behind a Service. */
export function proxy(
  { store, network }: { store: Store; network: Network },
  asked: Asked,
  incoming: IncomingMessage,
  response: ServerResponse,
): void {
  const { ip, port } = asked.resource.key === 'services' ? behindService(store, asked) : ofPod(store, asked);
  const real = network.realPort(ip, port);
  if (real === undefined) throw unreachable(ip, port);
  const { authorization: _, host: __, ...headers } = incoming.headers;
  const onward = httpRequest(
    { host: '127.0.0.1', port: real, method: incoming.method, path: asked.rest, headers, agent: false },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(503, { 'Content-Type': 'application/json' }).end(JSON.stringify(unreachable(ip, port).status));
  });
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function ofPod(store: Store, { namespace, name = '' }: Asked): Backend {
  const [pod = '', port = '80'] = name.split(':');
  const found = store.find<Pod>('pods', { namespace, name: pod });
  if (!found) throw ApiFailure.notFound('pods', pod);
  return { ip: found.status?.podIP ?? '', port: Number(port) };
}

/** Source: Kubernetes, Manually constructing API server proxy URLs: `[scheme:]name[:port]`, the port by name or number. */
function behindService(store: Store, { namespace, name = '' }: Asked): Backend {
  const parts = name.split(':');
  const [service = '', wanted = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const found = store.find<Service>('services', { namespace, name: service });
  if (!found) throw ApiFailure.notFound('services', service);
  const backend = backendOf(store, found, (one) => wanted === '' || one.name === wanted || String(one.port) === wanted);
  if (backend) return backend;
  throw new ApiFailure(503, 'ServiceUnavailable', `no endpoints available for service "${service}"`);
}

function unreachable(ip: string, port: number): ApiFailure {
  const message = `error trying to reach service: dial tcp ${ip}:${port}: connect: connection refused`;
  return new ApiFailure(503, 'ServiceUnavailable', message);
}
