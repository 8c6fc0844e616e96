import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/** How many bytes the kernel of a pod keeps that its processes have not read, of connections to a port. */
export async function unreadBytes({ cluster }: RequirementContext, pod: Pod, port: number): Promise<number> {
  const { stdout } = await cluster.exec(pod, ['cat', '/proc/net/tcp']);
  return receiveQueue(stdout, port);
}

/**
 * The receive queues of all connections to a remote port, in bytes.
 * @param table as /proc/net/tcp has it: hexadecimal, the addresses in columns 2 and 3, the queues as `sent:received` in column 5.
 *   Source: proc(5)
 */
export function receiveQueue(table: string, port: number): number {
  const rows = table.trim().split('\n').slice(1);
  const columns = rows.map((row) => row.trim().split(/\s+/));
  const queues = columns.filter(([, , remote = '']) => Number.parseInt(remote.split(':')[1] ?? '', 16) === port);
  return queues.reduce((sum, [, , , , queue = '']) => sum + Number.parseInt(queue.split(':')[1] ?? '0', 16), 0);
}
