import type { ExporterPort } from '../../helpers/exporter/ports.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { lookupA, lookupSrv } from '../../helpers/suite/dns/lookup.ts';
import { liveService, readyAddresses } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** The pods and the records, looked at at the same time. */
interface Comparison {
  readonly pods: readonly string[];
  readonly records: readonly string[];
}

/**
 * How long a change of the pods may take to show in an answer, in milliseconds: the 5 s for which CoreDNS remembers an answer
 * (its kubernetes plugin's time to live), and as much again for the endpoints' way there.
 */
export const propagation = seconds(10);

/** The cluster IP of the Service among the addresses of its name, or undefined. */
export async function clusterIpAmongRecords(context: RequirementContext): Promise<string | undefined> {
  const { cluster, exporter, target } = context;
  // A name that is asked for too early is remembered as unknown.
  await exporter.pod();
  const { clusterIP } = (await liveService(context)).spec;
  const records = await lookupA(context, target.fqdn(cluster.domain));
  return records.find((address) => address === clusterIP);
}

/**
 * Waits until the A records of the Service's name are the addresses of the Ready pods that it selects, no more and no fewer.
 * @returns the addresses
 */
export async function recordsAgreeWithPods(context: RequirementContext): Promise<readonly string[]> {
  const name = context.target.fqdn(context.cluster.domain);
  const { records } = await waitFor({
    what: `the A records of ${name} to be the Ready pods' addresses`,
    within: propagation,
    observe: () => compare(context, readyAddresses(context), lookupA(context, name)),
    until: agree,
    describe,
  });
  return records;
}

/**
 * Waits until the SRV records of a port lead to that port of the Ready pods that the Service selects.
 * @param name what the Service calls the port
 * @returns where they lead: `10.42.0.7:8080`
 */
export async function portRecordsAgreeWithPods(
  context: RequirementContext,
  name: string,
  { number }: ExporterPort,
): Promise<readonly string[]> {
  const question = `_${name}._tcp.${context.target.fqdn(context.cluster.domain)}`;
  const pods = async () => (await readyAddresses(context)).map((address) => `${address}:${number}`);
  const { records } = await waitFor({
    what: `the SRV records of ${question} to lead to port ${number} of the Ready pods`,
    within: propagation,
    observe: () => compare(context, pods(), servers(context, question)),
    until: agree,
    describe,
  });
  return records;
}

/** Where SRV records lead, once the names in them are resolved as well. */
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
  pods: Promise<readonly string[]>,
  records: Promise<readonly string[]>,
): Promise<Comparison> {
  // Without a Ready exporter there is nothing to agree about: none and none would be equal.
  await exporter.readyPod();
  const [selected, answered] = await Promise.all([pods, records]);
  return { pods: selected, records: answered };
}

function agree({ pods, records }: Comparison): boolean {
  return pods.length > 0 && pods.join() === records.join();
}

function describe({ pods, records }: Comparison): string {
  return `the records ${records.join(', ') || '(none)'} for the pods ${pods.join(', ') || '(none)'}`;
}
