import { type ExporterPort, reachedAt } from '../../helpers/exporter/ports.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { lookupA, lookupSrv } from '../../helpers/suite/dns/lookup.ts';
import { liveService, readyAddresses } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** The addresses of the pods and of the records, read at the same time. */
interface Comparison {
  readonly pods: readonly string[];
  readonly records: readonly string[];
}

/**
 * How long a change of the pods may take until DNS shows it, in milliseconds: 5 s for which CoreDNS caches a response (the TTL of its
 * kubernetes plugin), and 5 s for the endpoints to reach it.
 */
export const propagation = seconds(10);

/** The cluster IP of the Service, if its name resolves to it. */
export async function clusterIpAmongRecords(context: RequirementContext): Promise<string | undefined> {
  const { cluster, exporter, target } = context;
  // CoreDNS would cache that an early lookup found nothing.
  await exporter.servedPod();
  const { clusterIP } = (await liveService(context)).spec;
  const records = await lookupA(context, target.fqdn(cluster.domain));
  return records.find((address) => address === clusterIP);
}

/**
 * Waits until the A records of the Service's name are exactly the addresses of the Ready pods that it selects.
 * @returns the addresses
 */
export async function recordsMatchPods(context: RequirementContext): Promise<readonly string[]> {
  const name = context.target.fqdn(context.cluster.domain);
  // CoreDNS would cache an earlier answer, and the time limit is that of the propagation.
  await context.exporter.readyPod();
  const { records } = await waitFor({
    what: `the A records of ${name} to be the Ready pods' addresses`,
    within: propagation,
    observe: () =>
      compare(
        context,
        () => readyAddresses(context),
        () => lookupA(context, name),
      ),
    until: isSame,
    describe,
  });
  return records;
}

/**
 * Waits until the SRV records of a port lead to that port of exactly the Ready pods that the Service selects.
 * @param name the port's name in the Service
 * @returns the servers: `10.42.0.7:8080`
 */
export async function portRecordsMatchPods(
  context: RequirementContext,
  name: string,
  port: ExporterPort,
): Promise<readonly string[]> {
  const number = reachedAt(port);
  const question = `_${name}._tcp.${context.target.fqdn(context.cluster.domain)}`;
  const pods = async () => (await readyAddresses(context)).map((address) => `${address}:${number}`);
  await context.exporter.readyPod();
  const { records } = await waitFor({
    what: `the SRV records of ${question} to lead to port ${number} of the Ready pods`,
    within: propagation,
    observe: () => compare(context, pods, () => servers(context, question)),
    until: isSame,
    describe,
  });
  return records;
}

/** The servers of the SRV records, with the addresses to which their names resolve. */
async function servers(context: RequirementContext, question: string): Promise<readonly string[]> {
  const records = await lookupSrv(context, question);
  const resolved = records.map(async ({ target, port }) => {
    const addresses = await lookupA(context, target);
    return addresses.length === 0
      ? [`${target}:${port}, which does not resolve`]
      : addresses.map((address) => `${address}:${port}`);
  });
  return (await Promise.all(resolved)).flat().sort();
}

async function compare(
  { exporter }: RequirementContext,
  pods: () => Promise<readonly string[]>,
  records: () => Promise<readonly string[]>,
): Promise<Comparison> {
  // Without a Ready pod, no address would equal no record.
  await exporter.readyPod();
  const [podAddresses, recordAddresses] = await Promise.all([pods(), records()]);
  return { pods: podAddresses, records: recordAddresses };
}

function isSame({ pods, records }: Comparison): boolean {
  return pods.length > 0 && pods.join() === records.join();
}

function describe({ pods, records }: Comparison): string {
  return `the records ${records.join(', ') || '(none)'} for the pods ${pods.join(', ') || '(none)'}`;
}
