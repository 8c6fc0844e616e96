import { verifyLandingPage, verifyOk } from '../../helpers/exporter/paths.ts';
import { type ProbeTiming, type PromisedProbe, probeDefaults, promisedProbes } from '../../helpers/exporter/profile.ts';
import { verify } from '../../helpers/failure.ts';
import type { Probe } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

const timings = Object.keys(probeDefaults) as readonly ProbeTiming[];

export type ProbeName = 'liveness' | 'readiness';

/** What the manifests' probe has other than it is promised, a line each; none when it is as it must be. */
export function probeDifferences({ target }: Pick<RequirementContext, 'target'>, name: ProbeName): readonly string[] {
  const promised = promisedProbes(target.version)[name];
  const { number } = target.ports[promised.port];
  return differences(target.probes[name], promised, portNumbers(target.container.ports, number));
}

/** The promise, as the end of a sentence: `GET /healthz on 8080, initialDelaySeconds 5, timeoutSeconds 5, all else as by default`. */
export function promiseOf({ target }: RequirementContext, name: ProbeName): string {
  const { paths, port, timing } = promisedProbes(target.version)[name];
  const { number } = target.ports[port];
  const told = timings.filter((field) => timing[field] !== probeDefaults[field]).map((field) => `${field} ${timing[field]}`);
  return [`GET ${paths.join(' or ')} on ${number}`, ...told, 'all else as by default'].join(', ');
}

/**
 * Asks a probe's URL and holds the body against the one that tells it from every other: older releases answer 200 whatever the path is;
 * and the time that it takes against the one for which the probe waits.
 * @throws RequirementFailure when it is not the one that it must be
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
  const begun = performance.now();
  const answer = port === 'metrics' ? await exporter.metricsPort(path) : await exporter.telemetryPort(path);
  const took = (performance.now() - begun) / 1000;
  verify(took < timeoutSeconds, {
    expected: `an answer within timeoutSeconds ${timeoutSeconds}`,
    actual: `one after ${took.toFixed(1)} s`,
  });
  if (path === '/') verifyLandingPage(answer, ['/metrics']);
  else verifyOk(answer);
  observed(`GET ${path}: ${answer.status}`);
}

/** Every way in which a manifest may write the port: its number and its name. */
function portNumbers(
  ports: readonly { readonly name?: string; readonly containerPort: number }[] = [],
  number: number,
): readonly (number | string)[] {
  return [number, ...ports.filter(({ containerPort }) => containerPort === number).flatMap(({ name }) => name ?? [])];
}

function differences(probe: Probe | undefined, promised: PromisedProbe, ports: readonly (number | string)[]): readonly string[] {
  if (!probe?.httpGet) return ['there is no such probe'];
  const { path = '/', port, scheme = 'HTTP', host } = probe.httpGet;
  const lines: string[] = [];
  if (scheme !== 'HTTP') lines.push(`it asks by ${scheme}`);
  if (host !== undefined) lines.push(`it asks the host ${host} instead of the pod`);
  if (!ports.includes(port)) lines.push(`it asks the port ${port}`);
  if (!promised.paths.includes(path)) lines.push(`it asks for ${path}`);
  for (const field of timings) {
    const seen = probe[field] ?? probeDefaults[field];
    if (seen !== promised.timing[field]) lines.push(`its ${field} is ${seen}${probe[field] === undefined ? ', by default' : ''}`);
  }
  return lines;
}
