import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AUTHORITATIVE_ANSWER, streamDecode, streamEncode } from 'dns-packet';
import { ask } from './message.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A DNS server that does with each question what it is told. */
async function serving(answer: (socket: Socket, question: Buffer) => void): Promise<number> {
  const listening = createServer((socket) => socket.once('data', (question) => answer(socket, question)));
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

function addressFor(question: Buffer, address: string): Buffer {
  const { id, questions } = streamDecode(question);
  const name = questions?.[0]?.name ?? '';
  const answers = [{ type: 'A' as const, name, ttl: 5, data: address }];
  return streamEncode({ type: 'response', ...(id === undefined ? {} : { id }), flags: AUTHORITATIVE_ANSWER, answers });
}

test('A question is answered with the records of its name', async () => {
  const port = await serving((socket, question) => socket.write(addressFor(question, '10.42.0.7')));

  const { answers } = await ask(port, 'exporter.monitoring.svc.cluster.local', 'A');

  expect(answers).toMatchObject([{ type: 'A', name: 'exporter.monitoring.svc.cluster.local', data: '10.42.0.7' }]);
});

test('An answer that comes in pieces is put together', async () => {
  const port = await serving((socket, question) => {
    const whole = addressFor(question, '10.42.0.7');
    socket.write(whole.subarray(0, 1), () => setImmediate(() => socket.write(whole.subarray(1))));
  });

  const { answers } = await ask(port, 'exporter', 'A');

  expect(answers).toMatchObject([{ data: '10.42.0.7' }]);
});

test('A server that ends the connection is told, with the question', async () => {
  const port = await serving((socket) => socket.end());

  await expect(ask(port, 'exporter', 'SRV')).rejects.toThrow('ended the connection before it had answered SRV exporter');
});

test('A server that is not there is told', async () => {
  const port = await serving(() => undefined);
  await new Promise((resolve) => server?.close(resolve));

  await expect(ask(port, 'exporter', 'A')).rejects.toThrow('ECONNREFUSED');
});
