import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { type Packet, RECURSION_DESIRED, type SrvData, streamDecode, streamEncode } from 'dns-packet';
import { coreDnsToleration, waitForCoreDns } from '../../cluster/ready.ts';
import { InfrastructureError } from '../../errors.ts';
import { verify } from '../../failure.ts';
import { describePod, isReady, type Pod } from '../../kube/pod.ts';
import { withPortForward } from '../../kube/port-forward.ts';
import type { Service } from '../../kube/workload.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { RequirementContext } from '../context.ts';

/** An answer of the cluster's DNS. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, or the number of another code. Source: RFC 1035, section 4.1.1. */
  readonly code: string;
  /** Those of the requested type. */
  readonly records: readonly DnsRecord[];
}

interface DnsRecord {
  /** An address, or the target of an SRV record. */
  readonly data: string | SrvData;
}

const codes = new Map([
  [0, 'NOERROR'],
  [3, 'NXDOMAIN'],
]);

/**
 * Queries the cluster's own DNS, by port-forward through the API server and not through another resolver.
 * @param name fully qualified, without the final dot
 */
export async function lookup(context: DnsContext, name: string, type: RecordType): Promise<DnsAnswer> {
  const { name: pod, namespace, port } = await coreDnsPod(context);
  const packet = await withPortForward(context.client.connection, { namespace, name: pod, port }, (local) =>
    queryDns(local, name, type),
  );
  const code = (packet.flags ?? 0) & 0xf;
  const records = (packet.answers ?? []).flatMap((answer) =>
    answer.type === type ? [{ data: answer.data }] : [],
  ) as DnsRecord[];
  return { code: codes.get(code) ?? `code ${code}`, records };
}

/**
 * The addresses of a name in the cluster's DNS, sorted; none when the name does not exist. CoreDNS caches an answer for the 5 s of its
 * time to live, so that a change is visible only after them.
 * @param name fully qualified, without the final dot: `target.fqdn(cluster.domain)`
 * @throws RequirementFailure when the DNS answers with an error, which does not mean that there is no record
 */
export async function lookupA(context: DnsContext, name: string): Promise<readonly string[]> {
  return (await recordsOf(context, name, 'A')).map(({ data }) => String(data)).sort();
}

/**
 * The SRV records of a named port in the cluster's DNS: `_http-metrics._tcp.…`.
 * @throws RequirementFailure when the DNS answers with an error
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

/** The Service of the cluster's DNS in every distribution. */
const service = { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'kube-dns' };

export interface DnsPod {
  readonly namespace: string;
  readonly name: string;
  /** Its TCP port. */
  readonly port: number;
}

/** What of a requirement's context is needed to reach the cluster's DNS. */
export type DnsContext = Pick<RequirementContext, 'client' | 'run' | 'profile'>;

/** How long it may take to become Ready, in milliseconds; on a cluster that was just booted it is the last pod. */
const readyBudget = seconds(90);

/**
 * Waits for a Ready pod of the cluster's DNS.
 * @throws InfrastructureError when there is none: without it no requirement about names can be judged
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
      until: (candidates) => candidates.some(isReady),
      describe: (candidates) => candidates.map(describePod).join('; ') || 'no pod',
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

/** The record types that the suite queries. */
type RecordType = 'A' | 'AAAA' | 'SRV';

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
