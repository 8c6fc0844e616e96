import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AUTHORITATIVE_ANSWER, streamDecode, streamEncode } from 'dns-packet';
import { queryDns } from './lookup.ts';

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

/** A DNS server that handles each question with this function. */
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

  const { answers } = await queryDns(port, 'exporter.monitoring.svc.cluster.local', 'A');

  expect(answers).toMatchObject([{ type: 'A', name: 'exporter.monitoring.svc.cluster.local', data: '10.42.0.7' }]);
});

test('An answer that arrives in pieces is assembled', async () => {
  const port = await serving((socket, question) => {
    const whole = addressFor(question, '10.42.0.7');
    socket.write(whole.subarray(0, 1), () => setImmediate(() => socket.write(whole.subarray(1))));
  });

  const { answers } = await queryDns(port, 'exporter', 'A');

  expect(answers).toMatchObject([{ data: '10.42.0.7' }]);
});

test('A connection that the server ends is an error with the question', async () => {
  const port = await serving((socket) => socket.end());

  await expect(queryDns(port, 'exporter', 'SRV')).rejects.toThrow('ended the connection before it answered SRV exporter');
});

test('A server that does not listen is an error', async () => {
  const port = await serving(() => undefined);
  await new Promise((resolve) => server?.close(resolve));

  await expect(queryDns(port, 'exporter', 'A')).rejects.toThrow('ECONNREFUSED');
});
