import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { accept, authorizationFor, isForwarded, proxyPath } from '../../helpers/exporter/exporter.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { listenerOf } from '../../helpers/exporter/secured.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { withPortForward } from '../../helpers/kube/port-forward.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { answersWithoutRestart } from './scrapes.ts';

/**
 * The number of scrapes that a scraper pod requests over one connection: their responses exceed all buffers on the way (some 10 MB with
 * the kernel's defaults), so that the exporter has to wait for the reader.
 */
const scrapes = 400;

/**
 * How long the number of unread bytes must not change until the exporter is taken to wait for the reader, in milliseconds. On a busy
 * machine the exporter may also pause between two responses, for longer than one observation.
 */
const standstill = seconds(2);

/** How long a scrape may take beside a stalled one, in milliseconds, if it takes `undisturbed` otherwise: seconds on a big cluster. */
const scrapeBound = (undisturbed: number) => seconds(2) + Math.ceil(10 * undisturbed);

/** A shell command that requests all scrapes without waiting for responses, and keeps the connection open for some seconds. */
function requests(openFor: number): string {
  const request = 'GET /metrics HTTP/1.1\\r\\nHost: exporter\\r\\n\\r\\n';
  return `{ i=0; while [ $i -lt ${scrapes} ]; do printf '${request}'; i=$((i+1)); done; sleep ${openFor}; }`;
}

/** The arguments of nc for the exporter's metrics port. */
function addressOf({ target }: RequirementContext, exporter: Pod): string {
  return `${exporter.status?.podIP} ${target.ports.metrics.number}`;
}

/** Where the response of a cut-off scrape ends, in bytes. */
const cutAt = 5000;

/**
 * Closes a connection after 5000 bytes, in the middle of the first of many responses: that of another pod, or a forwarded one where a
 * pod's shell does not get in.
 */
export async function cutOffScrape(context: RequirementContext, exporter: Pod): Promise<void> {
  const { client, cluster, target } = context;
  const listener = listenerOf(exporter.spec.containers, target.ports.metrics.number);
  if (listener.tls || isForwarded(listener)) {
    const { name, namespace = 'default' } = exporter.metadata;
    const pod = { namespace, name, port: target.ports.metrics.number };
    const headers = Object.entries(await authorizationFor(client, listener)).map(([header, value]) => `${header}: ${value}\r\n`);
    const request = `GET /metrics HTTP/1.1\r\nHost: exporter\r\n${headers.join('')}\r\n`;
    const read = await withPortForward(client.connection, pod, (local) => readPart(local, listener.tls, request.repeat(scrapes)));
    verify(read >= cutAt, { expected: `${cutAt} bytes of a scrape before it is cut off`, actual: `${read} bytes` });
    return;
  }
  const scraper = await runningPod(context, 'cuts-off', ['sh', '-c', 'sleep 3600']);
  const line = `${requests(1)} | nc ${addressOf(context, exporter)} | head -c 5000 | wc -c`;
  const { stdout, stderr } = await cluster.exec(scraper, ['sh', '-c', line]);
  verify(stdout.trim() === '5000', { expected: '5000 bytes of a scrape before it is cut off', actual: `${stdout}${stderr}` });
}

/** Sends requests over one connection, and closes it as soon as 5000 bytes have arrived. @returns the number of bytes */
function readPart(port: number, tls: boolean, requests: string): Promise<number> {
  return new Promise((resolve) => {
    const host = '127.0.0.1';
    const socket = tls ? connectSecurely({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    let read = 0;
    socket.setTimeout(seconds(20), () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      read += chunk.length;
      if (read >= cutAt) socket.destroy();
    });
    // A connection that breaks ends with too few bytes, which the caller reports.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(read));
    socket.write(requests);
  });
}

/**
 * Scrapes while a reader has stalled and objects of every kind have changed. An exporter that locks its store while it writes a response
 * would let the change wait for the reader, and every other scrape for the change. The reader is removed afterwards.
 * @returns a sentence for the report
 * @throws RequirementFailure when the scrape takes too long, or the exporter does not answer or has restarted afterwards
 */
export async function answersBesideSlowReader(context: RequirementContext): Promise<string> {
  const before = await context.exporter.pod();
  const undisturbed = await answersWithoutRestart(context, before);
  const bound = scrapeBound(undisturbed.delay);
  const reader = await stalledReader(context, before);
  try {
    const kinds = await touchEveryKind(context, `beside-${before.metadata.name}`);
    const delay = await durationOfScrape(context, before, bound);
    verify(delay !== undefined, {
      expected: `a scrape answered within ${(bound / 1000).toFixed(1)} s beside one whose reader has stalled`,
      actual: `no response after objects of ${kinds} kinds had changed while ${reader.unread} bytes were unread`,
    });
    return `a scrape took ${Math.round(delay)} ms while objects changed and ${reader.unread} bytes were unread`;
  } finally {
    await context.scratch.remove(reader.pod);
    await answersWithoutRestart(context, before, undisturbed.families);
  }
}

/** Kinds of which the namespace of the fixtures keeps what it has: settings/object-limit is judged by it at the same time. */
const keptKinds: readonly string[] = ['ConfigMap', 'Secret'];

/**
 * Changes an annotation of one object of the run for each kind that the exporter reads; of the kinds that are kept, creates one.
 * @param name of what is created
 * @returns the number of kinds
 */
export async function touchEveryKind(
  { client, objects, run, scratch, target }: Pick<RequirementContext, 'client' | 'objects' | 'run' | 'scratch' | 'target'>,
  name: string,
): Promise<number> {
  const labelSelector = `${runLabel}=${run.id}`;
  const annotations = { 'conformance.kube-state-metrics/touched': new Date().toISOString() };
  const namespace = await scratch.namespace();
  const touched = servedReads(target, client.mapper).map(async ({ apiVersion, kind }) => {
    if (keptKinds.includes(kind)) return scratch.create({ apiVersion, kind, metadata: { name, namespace } });
    const object = (await client.list({ apiVersion, kind }, { labelSelector })).find((labelled) => objects.owns(labelled));
    if (object) await client.merge(referenceOf(object), { metadata: { annotations } });
    return object;
  });
  return (await Promise.all(touched)).filter((object) => object !== undefined).length;
}

/** In milliseconds; undefined without a response within the bound. */
async function durationOfScrape({ client, target }: RequirementContext, pod: Pod, bound: number): Promise<number | undefined> {
  const begun = performance.now();
  const signal = AbortSignal.timeout(bound);
  const path = proxyPath(pod, target.ports.metrics.number, '/metrics');
  try {
    await client.call('GET', path, { headers: { Accept: accept.text }, responseType: 'text', signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
  return performance.now() - begun;
}

/**
 * Creates a pod that requests scrapes and reads no response, and waits until its unread bytes no longer change.
 * @returns the pod, and the number of unread bytes
 * @throws NotApplicable where a pod's shell does not get in
 */
async function stalledReader(context: RequirementContext, exporter: Pod): Promise<{ pod: Pod; unread: number }> {
  const { onLoopback, tls, token } = listenerOf(exporter.spec.containers, context.target.ports.metrics.number);
  if (onLoopback || tls || token) {
    const reason = onLoopback ? 'listens on the loopback interface only' : 'requires TLS or a token';
    throw new NotApplicable(`The exporter ${reason}: no other pod can stall a scrape of it.`);
  }
  const command = `${requests(3600)} | nc ${addressOf(context, exporter)} | sleep 3600`;
  const pod = await runningPod(context, 'never-reads', ['sh', '-c', command]);
  let last = { unread: 0, since: performance.now() };
  const { unread } = await waitFor({
    what: `a stalled reader: a number of unread bytes that does not change for ${standstill / 1000} s`,
    within: seconds(30),
    observe: async () => {
      const bytes = await unreadBytes(context, pod, context.target.ports.metrics.number);
      if (bytes !== last.unread) last = { unread: bytes, since: performance.now() };
      return last;
    },
    until: ({ unread: bytes, since }) => bytes > 0 && performance.now() - since >= standstill,
    describe: ({ unread: bytes }) => `${bytes} bytes unread, and the number still changes`,
  });
  return { pod, unread };
}

async function runningPod({ profile, scratch }: RequirementContext, name: string, command: readonly string[]): Promise<Pod> {
  return scratch.running(await scratch.pod({ name, command, spec: tolerating(profile) }));
}

/** The bytes that a pod's processes have not read from their connections to a port. */
async function unreadBytes({ cluster }: RequirementContext, pod: Pod, port: number): Promise<number> {
  const { stdout } = await cluster.exec(pod, ['cat', '/proc/net/tcp']);
  return receiveQueue(stdout, port);
}

/**
 * The sum of the receive queues of all connections to a remote port, in bytes.
 * @param table /proc/net/tcp: hexadecimal, the addresses in columns 2 and 3, the queues as `sent:received` in column 5. Source: proc(5)
 */
export function receiveQueue(table: string, port: number): number {
  const rows = table.trim().split('\n').slice(1);
  const columns = rows.map((row) => row.trim().split(/\s+/));
  const queues = columns.filter(([, , remote = '']) => Number.parseInt(remote.split(':')[1] ?? '', 16) === port);
  return queues.reduce((sum, [, , , , queue = '']) => sum + Number.parseInt(queue.split(':')[1] ?? '0', 16), 0);
}
