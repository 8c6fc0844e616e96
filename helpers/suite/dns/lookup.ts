import type { SrvData } from 'dns-packet';
import { coreDnsToleration, waitForCoreDns } from '../../cluster/ready.ts';
import { InfrastructureError } from '../../errors.ts';
import { verify } from '../../failure.ts';
import { describePod, isReady, type Pod } from '../../kube/pod.ts';
import { withPortForward } from '../../kube/port-forward.ts';
import type { Service } from '../../kube/workload.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { RequirementContext } from '../context.ts';
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

/** The name under which every distribution keeps the cluster's DNS, whatever serves it. */
const service = { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'kube-dns' };

export interface DnsPod {
  readonly namespace: string;
  readonly name: string;
  /** Where it answers over TCP. */
  readonly port: number;
}

/** What of a requirement's context is needed to reach the cluster's DNS. */
export type DnsContext = Pick<RequirementContext, 'client' | 'run' | 'profile'>;

/** On a cluster that was just booted, it is what becomes Ready last. */
const readyBudget = seconds(90);

/**
 * A Ready pod behind the cluster's DNS service, once there is one.
 * @throws InfrastructureError when there is none: no requirement on names can be judged without it
 */
export async function coreDnsPod({ client, run, profile }: DnsContext): Promise<DnsPod> {
  if (run.clusterKind !== 'kubeconfig') await waitForCoreDns(client, coreDnsToleration(profile.cluster.taint));
  const { spec } = await client.get<Service>(service);
  const { namespace } = service;
  const labelSelector = Object.entries(spec.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  const pods = () => client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector: labelSelector.join(',') });
  const ready = await readyAmong(pods);
  return { namespace, name: ready.metadata.name, port: tcpPort(spec.ports ?? [], ready) };
}

async function readyAmong(pods: () => Promise<readonly Pod[]>): Promise<Pod> {
  try {
    const found = await waitFor({
      what: "a pod of the cluster's DNS Ready",
      within: readyBudget,
      observe: pods,
      until: (all) => all.some(isReady),
      describe: (all) => all.map(describePod).join('; ') || 'there is none',
    });
    return found.find(isReady) as Pod;
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    throw new InfrastructureError(`No pod of the cluster's DNS is Ready: ${error.actual}.`);
  }
}

function tcpPort(ports: NonNullable<Service['spec']['ports']>, pod: Pod): number {
  const target = ports.find(({ name }) => name === 'dns-tcp')?.targetPort ?? 53;
  if (typeof target === 'number') return target;
  const declared = pod.spec.containers.flatMap((container) => container.ports ?? []).find(({ name }) => name === target);
  return declared?.containerPort ?? 53;
}
