import { createServer, type Socket } from 'node:net';
import { type Answer, AUTHORITATIVE_ANSWER, type Packet, streamDecode, streamEncode } from 'dns-packet';
import { endless, type Program } from '../node/process.ts';
import type { Zone } from './zone.ts';

const PORT = 53;
/** Source: RFC 1035, section 4.1.1. */
const NO_SUCH_NAME = 3;
/** In seconds; as CoreDNS answers for a cluster. */
const TTL = 5;

/** Stands in for CoreDNS: answers for a zone, over TCP. */
export function dnsServer(zone: Zone): Program {
  return {
    start: ({ network, ip }) => {
      const server = createServer((socket) => converse(zone, socket));
      void network.listen(ip, PORT, server);
      return endless(() => server.close(), 0);
    },
    run: () => Promise.resolve({ code: 127, stdout: '', stderr: 'there is no shell in this image\n' }),
  };
}

function converse(zone: Zone, socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const length = 2 + received.readUInt16BE(0);
      socket.write(answer(zone, streamDecode(received.subarray(0, length))));
      received = received.subarray(length);
    }
  });
}

function answer(zone: Zone, { id = 0, questions = [] }: Packet): Buffer {
  const [question] = questions;
  const answers = question && recordsOf(zone, question.name, question.type);
  const flags = AUTHORITATIVE_ANSWER | (answers ? 0 : NO_SUCH_NAME);
  return streamEncode({ type: 'response', id, flags, questions, answers: answers ?? [] });
}

function recordsOf(zone: Zone, name: string, type: string): Answer[] | undefined {
  if (type === 'SRV') return zone.servers(name)?.map((data) => ({ type: 'SRV', name, ttl: TTL, data }));
  const addresses = zone.addresses(name);
  if (type !== 'A') return addresses && [];
  return addresses?.map((data) => ({ type: 'A', name, ttl: TTL, data }));
}
