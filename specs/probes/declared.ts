import {
  type ProbeTiming,
  type PromisedProbe,
  probeDefaults,
  promisedProbes,
  verifyLandingPage,
  verifyOk,
} from '../../helpers/exporter/paths.ts';
import { reachedAt } from '../../helpers/exporter/ports.ts';
import { isSecured } from '../../helpers/exporter/secured.ts';
import { verify } from '../../helpers/failure.ts';
import type { Probe } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

const timings = Object.keys(probeDefaults) as readonly ProbeTiming[];

export type ProbeName = 'liveness' | 'readiness';

/** The differences between a probe of the manifests and the documented one, a line each: `its timeoutSeconds is 1, by default`. */
export function probeDifferences({ target }: Pick<RequirementContext, 'target'>, name: ProbeName): readonly string[] {
  const documented = promisedProbes(target.version)[name];
  const port = target.ports[documented.port];
  // A probe can be sent to a proxy in front of the exporter, whose ports have no names in the exporter's container.
  const names = port.front ? [port.front.port] : namesOfPort(target.container.ports, port.number);
  const declared = (target.container.ports ?? []).flatMap((each) => each.name ?? []);
  return differences(target.probes[name], documented, { names, declared }, isSecured(target, port) ? 'HTTPS' : 'HTTP');
}

/** The documented probe: `GET /healthz on 8080, initialDelaySeconds 5, timeoutSeconds 5, otherwise the defaults`. */
export function describeDocumentedProbe({ target }: RequirementContext, name: ProbeName): string {
  const { paths, port, timing } = promisedProbes(target.version)[name];
  const number = reachedAt(target.ports[port]);
  const changed = timings.filter((field) => timing[field] !== probeDefaults[field]).map((field) => `${field} ${timing[field]}`);
  return [`GET ${paths.join(' or ')} on ${number}`, ...changed, 'otherwise the defaults'].join(', ');
}

/**
 * Requests the URL of a probe. The body must be the one of that path, as older releases answer every path with 200, and must arrive
 * within the probe's timeoutSeconds.
 * @throws RequirementFailure when the body is another one or late
 */
export async function verifyProbeUrl({ target, exporter, observed }: RequirementContext, name: ProbeName): Promise<void> {
  const { paths, port, timing } = promisedProbes(target.version)[name];
  // Without a probe it is the URL that the release documents for it.
  const { httpGet, timeoutSeconds = probeDefaults.timeoutSeconds } = target.probes[name] ?? {
    httpGet: { path: paths[0] },
    ...timing,
  };
  const path = httpGet?.path ?? '/';
  await exporter.pod();
  const request = () => (port === 'metrics' ? exporter.metricsPort(path) : exporter.telemetryPort(path));
  const { answer, late } = await firstInTime(request, timeoutSeconds);
  verify(answer !== undefined, {
    expected: `a response within timeoutSeconds ${timeoutSeconds}`,
    actual: `${late.length} responses in a row, after ${late.map((took) => took.toFixed(1)).join(', ')} s`,
  });
  if (path === '/') verifyLandingPage(answer, ['/metrics']);
  else verifyOk(answer);
  observed(`GET ${path}: ${answer.status}`);
}

/**
 * Requests as often as the kubelet by default, which acts on three failures in a row: a single late response may be that of a busy machine.
 * @returns the first answer in time, if any, and how long those before it took, in seconds
 */
async function firstInTime<T>(
  request: () => Promise<T>,
  limit: number,
): Promise<{ answer: T | undefined; late: readonly number[] }> {
  const late: number[] = [];
  while (late.length < probeDefaults.failureThreshold) {
    const begun = performance.now();
    const answer = await request();
    const took = (performance.now() - begun) / 1000;
    if (took < limit) return { answer, late };
    late.push(took);
  }
  return { answer: undefined, late };
}

/** The ways to write a container's port in a probe: its number, and its names. */
function namesOfPort(
  ports: readonly { readonly name?: string; readonly containerPort: number }[] = [],
  number: number,
): readonly (number | string)[] {
  return [number, ...ports.filter(({ containerPort }) => containerPort === number).flatMap(({ name }) => name ?? [])];
}

function differences(
  probe: Probe | undefined,
  documented: PromisedProbe,
  { names, declared }: { readonly names: readonly (number | string)[]; readonly declared: readonly string[] },
  expectedScheme: 'HTTP' | 'HTTPS',
): readonly string[] {
  if (!probe?.httpGet) return ['there is no HTTP probe'];
  const { path = '/', port, scheme = 'HTTP', host } = probe.httpGet;
  const lines: string[] = [];
  if (scheme !== expectedScheme) lines.push(`its scheme is ${scheme}`);
  if (host !== undefined) lines.push(`its host is ${host} instead of the pod`);
  const isDangling = typeof port === 'string' && !declared.includes(port);
  if (!names.includes(port)) lines.push(`its port is ${port}${isDangling ? ', which its container does not declare' : ''}`);
  if (!documented.paths.includes(path)) lines.push(`its path is ${path}`);
  for (const field of timings) {
    const actual = probe[field] ?? probeDefaults[field];
    if (actual !== documented.timing[field]) {
      lines.push(`its ${field} is ${actual}${probe[field] === undefined ? ', by default' : ''}`);
    }
  }
  return lines;
}
