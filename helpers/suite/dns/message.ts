import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { type Packet, RECURSION_DESIRED, streamDecode, streamEncode } from 'dns-packet';

/** The record types that the suite queries. */
export type RecordType = 'A' | 'AAAA' | 'SRV';

/** How long a DNS server may take for an answer, in milliseconds. */
const answerBudget = 15_000;

/**
 * Queries a DNS server on 127.0.0.1 over TCP.
 * Source: RFC 1035, section 4.2.2: each message is preceded by its length in two bytes.
 * @throws an Error when the server ends the connection or does not answer in time
 */
export async function queryDns(port: number, name: string, type: RecordType): Promise<Packet> {
  const query = streamEncode({
    type: 'query',
    id: randomInt(65_536),
    flags: RECURSION_DESIRED,
    questions: [{ type, name }],
  });
  const question = `${type} ${name}`;
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(query));
    const fail = (reason: string) => {
      socket.destroy();
      reject(new Error(`The DNS server ${reason} before it answered ${question}.`));
    };
    socket.setTimeout(answerBudget, () => fail(`was silent for ${answerBudget / 1000} s`));
    socket.on('error', (error) => fail(`lost the connection (${error.message})`));
    socket.on('close', () => fail('ended the connection'));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (!isWhole(received)) return;
      socket.destroy();
      resolve(streamDecode(received));
    });
  });
}

function isWhole(received: Buffer): boolean {
  return received.length >= 2 && received.length >= 2 + received.readUInt16BE(0);
}
