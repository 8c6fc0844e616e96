import { verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

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

/** A shell command that requests all scrapes without waiting for responses, and keeps the connection open for some seconds. */
function requests(openFor: number): string {
  const request = 'GET /metrics HTTP/1.1\\r\\nHost: exporter\\r\\n\\r\\n';
  return `{ i=0; while [ $i -lt ${scrapes} ]; do printf '${request}'; i=$((i+1)); done; sleep ${openFor}; }`;
}

/** The arguments of nc for the exporter's metrics port. */
function addressOf({ target }: RequirementContext, exporter: Pod): string {
  return `${exporter.status?.podIP} ${target.ports.metrics.number}`;
}

/** Closes a connection after 5000 bytes, in the middle of the first of many responses. */
export async function cutOffScrape(context: RequirementContext, exporter: Pod): Promise<void> {
  const { cluster } = context;
  const scraper = await runningPod(context, 'cuts-off', ['sh', '-c', 'sleep 3600']);
  const line = `${requests(1)} | nc ${addressOf(context, exporter)} | head -c 5000 | wc -c`;
  const { stdout, stderr } = await cluster.exec(scraper, ['sh', '-c', line]);
  verify(stdout.trim() === '5000', { expected: '5000 bytes of a scrape before it is cut off', actual: `${stdout}${stderr}` });
}

/**
 * Creates a pod that requests scrapes and reads no response, and waits until its unread bytes no longer change.
 * @returns the pod, and the number of unread bytes
 */
export async function stalledReader(context: RequirementContext, exporter: Pod): Promise<{ pod: Pod; unread: number }> {
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
