import type { SrvData } from 'dns-packet';
import { verify } from '../../failure.ts';
import { withPortForward } from '../../kube/port-forward.ts';
import { coreDnsPod, type DnsContext } from './core-dns.ts';
import { ask, type RecordType } from './message.ts';

/** What the cluster's DNS says of a name. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, or the number of another code. Source: RFC 1035, section 4.1.1. */
  readonly code: string;
  /** Of the type that was asked for. */
  readonly records: readonly DnsRecord[];
}

interface DnsRecord {
  /** An address, or where the service is. */
  readonly data: string | SrvData;
}

const codes = new Map([
  [0, 'NOERROR'],
  [3, 'NXDOMAIN'],
]);

/**
 * Asks the cluster's own DNS, through the API server and not through any resolver on the way.
 * @param name whole, without the final dot
 */
export async function lookup(context: DnsContext, name: string, type: RecordType): Promise<DnsAnswer> {
  const { name: pod, namespace, port } = await coreDnsPod(context);
  const packet = await withPortForward(context.client.connection, { namespace, name: pod, port }, (local) =>
    ask(local, name, type),
  );
  const code = (packet.flags ?? 0) & 0xf;
  const records = (packet.answers ?? []).flatMap((answer) =>
    answer.type === type ? [{ data: answer.data }] : [],
  ) as DnsRecord[];
  return { code: codes.get(code) ?? `code ${code}`, records };
}

/**
 * The addresses that the cluster's DNS gives for a name, sorted; none when there is no such name. CoreDNS remembers an answer
 * for the 5 s of its time to live, so that a change shows only after them.
 * @param name whole, without the final dot: `target.fqdn(cluster.domain)`
 * @throws RequirementFailure when the DNS does not say: an error is no sign that there is nothing
 */
export async function lookupA(context: DnsContext, name: string): Promise<readonly string[]> {
  return (await recordsOf(context, name, 'A')).map(({ data }) => String(data)).sort();
}

/**
 * Where the cluster's DNS says that a named port of a service is: `_http-metrics._tcp.…`.
 * @throws RequirementFailure when the DNS does not say
 */
export async function lookupSrv(context: DnsContext, name: string): Promise<readonly SrvData[]> {
  return (await recordsOf(context, name, 'SRV')).map(({ data }) => data as SrvData);
}

async function recordsOf(context: DnsContext, name: string, type: RecordType): Promise<readonly DnsRecord[]> {
  const answer = await lookup(context, name, type);
  verify([...codes.values()].includes(answer.code), {
    expected: `records of ${name}, or that there are none`,
    actual: `an error of the DNS: ${formatAnswer(answer)}`,
  });
  return answer.records;
}

/** `NOERROR: 10.42.0.7, 10.42.0.8` */
export function formatAnswer({ code, records }: DnsAnswer): string {
  const data = records.map((record) =>
    typeof record.data === 'string' ? record.data : `${record.data.target}:${record.data.port}`,
  );
  return `${code}: ${data.join(', ') || 'no record'}`;
}
