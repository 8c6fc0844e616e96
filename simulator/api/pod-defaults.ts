import type { Container, PodSpec, Probe } from '../objects.ts';

type Containers = 'containers' | 'initContainers' | 'ephemeralContainers';

/** Fills in what a pod's spec leaves out, in a template as in a pod. Source: Kubernetes, Pod API, defaults. */
export function defaultPodSpec(spec: PodSpec): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (spec.serviceAccountName) fill(spec, { serviceAccount: spec.serviceAccountName });
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const satisfies readonly Containers[]) {
    for (const container of (spec[list] ?? []) as Container[]) defaultContainer(container);
  }
}

function defaultContainer(container: Container): void {
  const isLatest = !/:[^/]+$/.test(container.image ?? '') || container.image?.endsWith(':latest');
  fill(container, {
    imagePullPolicy: isLatest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  for (const port of container.ports ?? []) fill(port, { protocol: 'TCP' });
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) if (probe) defaultProbe(probe);
  const { limits, requests } = container.resources ?? {};
  if (container.resources && limits) container.resources.requests = { ...limits, ...requests };
}

function defaultProbe(probe: Probe): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (probe.httpGet) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
}

/** Sets what is missing. */
export function fill<T extends object>(object: T, missing: Partial<T>): void {
  for (const [field, value] of Object.entries(missing) as [keyof T, T[keyof T]][]) object[field] ??= value;
}

/** Source: Kubernetes, Pod quality of service classes. */
export function qualityOfService({ containers, initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers].map(({ resources }) => resources ?? {});
  const amounts = all.flatMap(({ requests = {}, limits = {} }) => [...cpuAndMemory(requests), ...cpuAndMemory(limits)]);
  if (amounts.length === 0) return 'BestEffort';
  const isGuaranteed = all.every(({ requests = {}, limits = {} }) =>
    ['cpu', 'memory'].every((name) => limits[name] !== undefined && limits[name] === requests[name]),
  );
  return isGuaranteed ? 'Guaranteed' : 'Burstable';
}

function cpuAndMemory(amounts: Readonly<Record<string, string>>): readonly string[] {
  return [amounts.cpu, amounts.memory].filter((amount) => amount !== undefined);
}
