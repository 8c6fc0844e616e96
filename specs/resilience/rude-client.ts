import { verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { unreadBytes } from './sockets.ts';

/**
 * How many scrapes a rude client asks for over one connection: together they are more than all buffers on the way hold (some 10 MB
 * with the kernel's defaults), so that the exporter really waits for the reader.
 */
const scrapes = 400;

/**
 * How long nothing more may come before the exporter is taken to wait for the reader, in milliseconds: between two scrapes that it
 * writes it may pause as well, on a busy machine for more than one look.
 */
const standstill = seconds(2);

/** A shell's words for that many scrapes that are asked for at once, over a connection that then stays open for a while. */
function requests(openFor: number): string {
  const request = 'GET /metrics HTTP/1.1\\r\\nHost: exporter\\r\\n\\r\\n';
  return `{ i=0; while [ $i -lt ${scrapes} ]; do printf '${request}'; i=$((i+1)); done; sleep ${openFor}; }`;
}

/** Where the exporter listens, as nc is told it. */
function addressOf({ target }: RequirementContext, exporter: Pod): string {
  return `${exporter.status?.podIP} ${target.ports.metrics.number}`;
}

/** Cuts a connection after 5000 bytes, in the middle of one of many scrapes that the exporter is about to write. */
export async function cutOffScrape(context: RequirementContext, exporter: Pod): Promise<void> {
  const { cluster } = context;
  const client = await runningPod(context, 'cuts-off', ['sh', '-c', 'sleep 3600']);
  const line = `${requests(1)} | nc ${addressOf(context, exporter)} | head -c 5000 | wc -c`;
  const { stdout, stderr } = await cluster.exec(client, ['sh', '-c', line]);
  verify(stdout.trim() === '5000', { expected: '5000 bytes of a scrape before it is cut off', actual: `${stdout}${stderr}` });
}

/**
 * Makes a pod that asks for scrapes and reads nothing, and waits until what is sent to it no longer moves.
 * @returns the pod, and how many bytes wait for it to read them
 */
export async function stalledReader(context: RequirementContext, exporter: Pod): Promise<{ pod: Pod; unread: number }> {
  const command = `${requests(3600)} | nc ${addressOf(context, exporter)} | sleep 3600`;
  const pod = await runningPod(context, 'never-reads', ['sh', '-c', command]);
  let seen = { unread: 0, since: performance.now() };
  const { unread } = await waitFor({
    what: `a reader that has stalled: bytes that nobody reads, and no more of them for ${standstill / 1000} s`,
    within: seconds(30),
    observe: async () => {
      const unread = await unreadBytes(context, pod, context.target.ports.metrics.number);
      if (unread !== seen.unread) seen = { unread, since: performance.now() };
      return seen;
    },
    until: ({ unread, since }) => unread > 0 && performance.now() - since >= standstill,
    describe: ({ unread }) => `${unread} bytes unread, and the number still changes`,
  });
  return { pod, unread };
}

async function runningPod({ profile, scratch }: RequirementContext, name: string, command: readonly string[]): Promise<Pod> {
  const pod = await scratch.pod({ name, command, spec: tolerating(profile) });
  return scratch.podUntil(pod, `${name} Running`, ({ status }) => status?.phase === 'Running', seconds(30));
}
