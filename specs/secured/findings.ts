import { frontsOf, listenerOf } from '../../helpers/exporter/secured.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { getForwarded, NoForwardedAnswer } from '../../helpers/kube/port-forward.ts';
import type { Container, Probe } from '../../helpers/kube/workload.ts';
import { connectionOf, wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { type Door, type DoorAnswer, doorsAreOpen, formatAnswer, guardedDoors, requestAt, tokensOf, tryAt } from './doors.ts';

/**
 * The doors that do not answer 401 to a request without a token, or let in one with a token that no API server has issued.
 * Source: controller-runtime, metrics filters: `--auth-filter` answers such a token with 500, as its review ends with an error.
 */
export async function openWithoutToken(context: RequirementContext): Promise<readonly string[]> {
  return findings(await guardedDoors(context), async (door) => {
    const [without, forged] = await Promise.all([requestAt(context, door), requestAt(context, door, { token: 'forged' })]);
    return [
      ...(without.status === 401 ? [] : [`${door.name}, without a token: ${formatAnswer(without)}`]),
      ...(forged.status === 401 || isFailedReview(forged) ? [] : [`${door.name}, with a forged token: ${formatAnswer(forged)}`]),
    ];
  });
}

function isFailedReview({ status, body }: DoorAnswer): boolean {
  return status === 500 && body.startsWith('Authentication failed');
}

/** The doors that do not answer 403 to a token of an account without any right. */
export async function openWithoutRight(context: RequirementContext): Promise<readonly string[]> {
  const doors = await guardedDoors(context);
  const { stranger } = await tokensOf(context);
  return findings(doors, async (door) => {
    const answer = await requestAt(context, door, { token: stranger });
    return answer.status === 403 ? [] : [`${door.name}: ${formatAnswer(answer)}`];
  });
}

/**
 * The doors that serve something without TLS although they are to have it, and the proxies that are configured to have none.
 * @throws NotApplicable where --auth-filter is set without --tls-config: tokens are then sent in the clear, as configured
 */
export async function servedWithoutTls(context: RequirementContext): Promise<readonly string[]> {
  const doors = await doorsAreOpen(context);
  const { containers } = context.target.workload.spec.template.spec;
  const insecure = frontsOf(containers).filter(({ tls }) => !tls);
  const secure = doors.filter(({ tls }) => tls);
  if (insecure.length === 0 && secure.length === 0) {
    throw new NotApplicable('No port has TLS: --auth-filter is set without --tls-config, so that tokens are sent unencrypted.');
  }
  const plain = await findings(secure, async (door) => {
    // Any response over TLS, also a refusal, means that the handshake succeeded.
    await requestAt(context, door);
    const answer = await tryAt(context, door, { tls: false });
    const isRefused = typeof answer === 'string' || answer.status === 400;
    return isRefused ? [] : [`${door.name}, without TLS: ${formatAnswer(answer)}`];
  });
  return [
    ...insecure.map(({ container, port }) => `${container} serves port ${port} without TLS: --insecure-listen-address`),
    ...plain,
  ];
}

/**
 * What is wrong with the upstreams of the proxies: each must be a port of the exporter, each another one, and one the port with the
 * metrics of the cluster. A telemetry port without a proxy is not served to others.
 * @throws NotApplicable without a proxy
 */
export function upstreamFaults({ workload, ports }: Target): readonly string[] {
  const fronts = frontsOf(workload.spec.template.spec.containers);
  if (fronts.length === 0) throw new NotApplicable('No kube-rbac-proxy is in front of the exporter.');
  const { metrics, telemetry } = ports;
  const listens = `${metrics.number} (metrics) and ${telemetry.number} (telemetry)`;
  const astray = fronts
    .filter(({ upstreamPort }) => upstreamPort !== metrics.number && upstreamPort !== telemetry.number)
    .map(({ container, upstream }) => `${container} forwards to ${upstream || 'nothing'}; the exporter listens on ${listens}`);
  const shared = fronts.filter(
    ({ upstreamPort }, index) => fronts.findIndex((front) => front.upstreamPort === upstreamPort) !== index,
  );
  const twice = shared.map(({ container, upstream }) => `${container} forwards to ${upstream}, as another proxy does`);
  const isServed = fronts.some(({ upstreamPort }) => upstreamPort === metrics.number);
  return [
    ...astray,
    ...twice,
    ...(isServed ? [] : [`no proxy forwards to ${metrics.number}, the port with the metrics of the cluster`]),
  ];
}

/** What another pod gets of an address: a connection, a refusal, or no answer at all. */
async function reach({ cluster }: RequirementContext, pod: Pod, address: string, port: number): Promise<Reach> {
  const host = address.includes(':') ? `[${address}]` : address;
  return connectionOf(await wget(cluster, pod, `http://${host}:${port}/metrics`));
}

type Reach = ReturnType<typeof connectionOf>;

/**
 * Verifies that another pod reaches the secured ports of the exporter's pod, and none of those behind them.
 * @returns a sentence for the report
 * @throws NotApplicable where nothing is on the loopback interface, RequirementFailure with each port that is open
 */
export async function onlyTheDoorsAreOpen(context: RequirementContext, visitor: Pod): Promise<string> {
  const { exporter, target } = context;
  const doors = await doorsAreOpen(context);
  const closed = hiddenPorts(target);
  if (closed.length === 0) throw new NotApplicable('No port of the exporter is on the loopback interface or behind a proxy.');
  const { podIP = '' } = (await exporter.servedPod()).status ?? {};
  const [atDoors, behind] = await Promise.all(
    [doors.map(({ port }) => port), closed].map((ports) =>
      Promise.all(ports.map(async (port) => ({ port, reached: await reach(context, visitor, podIP, port) }))),
    ),
  );
  const lines = (list: typeof behind = []) => list.map(({ port, reached }) => `${podIP}:${port} ${reached}`).join(', ');
  verify(atDoors?.every(({ reached }) => reached === 'open') === true, {
    expected: `${doors.map(({ name }) => name).join(' and ')} open to another pod`,
    actual: lines(atDoors),
  });
  verify(behind?.every(({ reached }) => reached !== 'open') === true, {
    expected: `no connection of another pod to ${closed.join(' or ')}, behind the secured ports`,
    actual: `${lines(behind)}: whoever reaches the pod gets the metrics without a token; set --host and --telemetry-host to 127.0.0.1`,
  });
  return `open: ${lines(atDoors)}; behind them: ${lines(behind)}`;
}

/** The exporter's ports that only its proxies are to reach: all of its own where there is a proxy, or those on the loopback interface. */
function hiddenPorts({ workload, ports }: Target): readonly number[] {
  const { containers } = workload.spec.template.spec;
  const hasProxy = frontsOf(containers).length > 0;
  const numbers = Object.values(ports).map(({ number }) => number);
  return numbers.filter((number) => hasProxy || listenerOf(containers, number).onLoopback);
}

/** A pod of the area's namespace, which no rule of a NetworkPolicy names. */
export async function visitorPod({ profile, scratch }: RequirementContext, name: string): Promise<Pod> {
  return scratch.running(await scratch.pod({ name, spec: tolerating(profile) }));
}

const probeNames = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/**
 * The probes of the pod's containers that the kubelet cannot pass, each judged at the container that declares it: its sidecar's or the
 * exporter's. The kubelet sends no token, and sends its requests to the pod's address.
 * @throws NotApplicable without an HTTP probe
 */
export async function failingProbes(context: RequirementContext): Promise<readonly string[]> {
  await doorsAreOpen(context);
  const pod = await context.exporter.servedPod();
  const declared = pod.spec.containers.flatMap((container) =>
    probeNames.flatMap((name) => (container[name]?.httpGet ? [{ container, name, probe: container[name] }] : [])),
  );
  if (declared.length === 0) throw new NotApplicable('No container of the pod declares an HTTP probe.');
  return findings(declared, async ({ container, name, probe }) => {
    const fault = await probeFault(context, pod, container, probe);
    return fault === undefined ? [] : [`the ${name} of ${container.name} ${fault}`];
  });
}

async function probeFault(
  { client }: RequirementContext,
  pod: Pod,
  container: Container,
  probe: Probe,
): Promise<string | undefined> {
  const { path = '/', port = 0, scheme = 'HTTP' } = probe.httpGet ?? {};
  const number = typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) return `names the port ${port}, which its container does not declare: the kubelet finds no such port`;
  const where = `GET ${scheme.toLowerCase()}://POD:${number}${path.replace(/^\/?/, '/')}`;
  if (listenerOf(pod.spec.containers, number).onLoopback) {
    return `is ${where}, which listens on the loopback interface only: the kubelet sends it to the pod's address`;
  }
  const { namespace = 'default', name } = pod.metadata;
  const request = {
    path: path.replace(/^\/?/, '/'),
    tls: scheme === 'HTTPS',
    headers: { Accept: '*/*' },
    timeout: seconds(probe.timeoutSeconds ?? 1),
  };
  try {
    const { status, bytes } = await getForwarded(client, { namespace, name, port: number }, request);
    return status >= 200 && status < 400 ? undefined : `is ${where}: ${formatAnswer({ status, body: bytes.toString('utf8') })}`;
  } catch (error) {
    if (!(error instanceof NoForwardedAnswer)) throw error;
    return `is ${where}: ${error.message}`;
  }
}

async function findings<T>(subjects: readonly T[], find: (subject: T) => Promise<readonly string[]>): Promise<readonly string[]> {
  return (await Promise.all(subjects.map(find))).flat();
}

/** The names of the doors, for the report. */
export function namesOf(doors: readonly Door[]): string {
  return doors.map(({ name }) => name).join(', ');
}
