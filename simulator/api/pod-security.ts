import type { Container, Namespace, Pod, PodSpec } from '../objects.ts';
import { ApiFailure } from './failure.ts';

export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

const ENFORCE = 'pod-security.kubernetes.io/enforce';

/** The namespaces that an AdmissionConfiguration usually exempts. */
const EXEMPT = ['kube-system'];

type Check = (spec: PodSpec, containers: readonly Container[]) => string | undefined;

/**
 * Rejects a pod that violates the level of its namespace, with the API server's message. The version of the policy appears in the message
 * only: the checks are always those of the latest.
 * Source: Kubernetes, Pod Security Admission and Pod Security Standards; the checks of k8s.io/pod-security-admission, in their order.
 * @param standard the level of namespaces that have no label, as an AdmissionConfiguration sets it
 * @throws ApiFailure 403 that names every violated check
 */
export function enforcePodSecurity({ metadata, spec }: Pod, namespace: Namespace, standard: PodSecurityLevel): void {
  const labels = namespace.metadata.labels ?? {};
  const level = labels[ENFORCE] ?? standard;
  if (level === 'privileged' || EXEMPT.includes(namespace.metadata.name)) return;
  // The checks apply to containers of every kind.
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  const allContainers = [...initContainers, ...containers, ...(ephemeralContainers as Container[])];
  const checks = level === 'restricted' ? [...baseline, ...restricted] : [...baseline, ...baselineOnly];
  const violations = checks.map((check) => check(spec, allContainers)).filter((violation) => violation !== undefined);
  if (violations.length === 0) return;
  const policy = `${level}:${labels[`${ENFORCE}-version`] ?? 'latest'}`;
  throw new ApiFailure(
    403,
    'Forbidden',
    `pods "${metadata.name}" is forbidden: violates PodSecurity "${policy}": ${violations.join(', ')}`,
  );
}

const hostNamespaces: Check = (spec) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]);
  return violation('host namespaces', shared.map((field) => `${field}=true`).join(', '));
};

const hostPathVolumes: Check = ({ volumes = [] }) => {
  const mounted = volumes.filter(({ hostPath }) => hostPath !== undefined).map(({ name }) => name);
  return violation('hostPath volumes', mounted.length > 0 && named('volume', mounted));
};

const hostPorts: Check = (_, containers) => {
  const ports = containers.flatMap(({ ports: list = [] }) => list.flatMap(({ hostPort }) => hostPort || []));
  const users = containers.filter(({ ports: list = [] }) => list.some(({ hostPort }) => hostPort));
  const verb = `${users.length === 1 ? 'uses' : 'use'} ${ports.length === 1 ? 'hostPort' : 'hostPorts'}`;
  return violation('hostPort', users.length > 0 && `${named('container', namesOf(users))} ${verb} ${ports.join(', ')}`);
};

const privileged: Check = (_, containers) =>
  mustNot('privileged', 'securityContext.privileged=true', containers, ({ securityContext }) => securityContext?.privileged);

const procMount: Check = (_, containers) => {
  const types = containers
    .flatMap(({ securityContext }) => securityContext?.procMount ?? [])
    .filter((type) => type !== 'Default');
  const setting = `securityContext.procMount to ${quoted(types)}`;
  return mustNot(
    'procMount',
    setting,
    containers,
    ({ securityContext: { procMount: type = 'Default' } = {} }) => type !== 'Default',
  );
};

const safeSysctls = [
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
];
const sysctls: Check = ({ securityContext }) => {
  const names = (securityContext?.sysctls ?? []).map(({ name }) => name);
  return violation('forbidden sysctls', names.filter((name) => !safeSysctls.includes(name)).join(', '));
};

/** The default capabilities of the container runtime, without NET_RAW. */
const harmlessCapabilities =
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(' ');
const addedCapabilities: Check = (_, containers) =>
  violation('non-default capabilities', addsOtherThan(harmlessCapabilities, containers));

const seccompWhereSet: Check = (spec, containers) => badSeccomp(spec, containers);

const restrictedVolumes: Check = ({ volumes = [] }) => {
  const allowed = 'configMap csi downwardAPI emptyDir ephemeral persistentVolumeClaim projected secret'.split(' ');
  const typed = volumes.map(({ name, ...source }) => ({ name, type: Object.keys(source)[0] ?? '' }));
  const bad = typed.filter(({ type }) => !allowed.includes(type));
  const types = `${bad.length === 1 ? 'uses restricted volume type' : 'use restricted volume types'}`;
  const names = bad.map(({ name }) => name);
  return violation(
    'restricted volume types',
    bad.length > 0 && `${named('volume', names)} ${types} ${quoted(bad.map(({ type }) => type))}`,
  );
};

const noEscalation: Check = (_, containers) => {
  const bad = containers.filter(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  const must = 'must set securityContext.allowPrivilegeEscalation=false';
  return violation('allowPrivilegeEscalation != false', bad.length > 0 && `${named('container', namesOf(bad))} ${must}`);
};

const droppedCapabilities: Check = (_, containers) => {
  const bad = containers.filter(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  const must = 'must set securityContext.capabilities.drop=["ALL"]';
  const adding = addsOtherThan(['NET_BIND_SERVICE'], containers);
  const details = [...(bad.length > 0 ? [`${named('container', namesOf(bad))} ${must}`] : []), ...(adding ? [adding] : [])];
  return violation('unrestricted capabilities', details.join('; '));
};

const nonRoot: Check = ({ securityContext: pod }, containers) => {
  const setTo = (value: boolean | undefined) =>
    containers.filter(({ securityContext }) => securityContext?.runAsNonRoot === value);
  const setters = settersOf(pod?.runAsNonRoot === false, setTo(false));
  const reason = 'runAsNonRoot != true';
  if (setters) return violation(reason, `${setters} must not set securityContext.runAsNonRoot=false`);
  const silent = pod?.runAsNonRoot ? [] : setTo(undefined);
  const must = 'must set securityContext.runAsNonRoot=true';
  return violation(reason, silent.length > 0 && `pod or ${named('container', namesOf(silent))} ${must}`);
};

const notRootsUser: Check = ({ securityContext: pod }, containers) => {
  const asRoot = containers.filter(({ securityContext }) => securityContext?.runAsUser === 0);
  const setters = settersOf(pod?.runAsUser === 0, asRoot);
  return violation('runAsUser=0', setters && `${setters} must not set runAsUser=0`);
};

const seccomp: Check = (spec, containers) => {
  const bad = badSeccomp(spec, containers);
  const silent = containers.filter(({ securityContext }) => securityContext?.seccompProfile === undefined);
  if (bad !== undefined || silent.length === 0 || spec.securityContext?.seccompProfile) return bad;
  const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
  return violation('seccompProfile', `pod or ${named('container', namesOf(silent))} ${must}`);
};

const baseline = [hostNamespaces, hostPorts, privileged, procMount, sysctls];
/** The checks that the restricted level replaces with stricter ones. */
const baselineOnly = [hostPathVolumes, addedCapabilities, seccompWhereSet];
const restricted = [noEscalation, droppedCapabilities, restrictedVolumes, nonRoot, notRootsUser, seccomp];

function badSeccomp({ securityContext }: PodSpec, containers: readonly Container[]): string | undefined {
  const isBad = (type: string | undefined) => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  const pods = securityContext?.seccompProfile?.type;
  const bad = containers.filter((container) => isBad(container.securityContext?.seccompProfile?.type));
  const types = [pods, ...bad.map((container) => container.securityContext?.seccompProfile?.type)].filter(isBad);
  const setters = settersOf(isBad(pods), bad);
  const mustNotSet = `must not set securityContext.seccompProfile.type to ${quoted(types as string[])}`;
  return violation('seccompProfile', setters && `${setters} ${mustNotSet}`);
}

function addsOtherThan(allowed: readonly string[], containers: readonly Container[]): string | undefined {
  const added = ({ securityContext }: Container) =>
    (securityContext?.capabilities?.add ?? []).filter((capability) => !allowed.includes(capability));
  const bad = containers.filter((container) => added(container).length > 0);
  const capabilities = quoted(bad.flatMap(added));
  return bad.length === 0
    ? undefined
    : `${named('container', namesOf(bad))} must not include ${capabilities} in securityContext.capabilities.add`;
}

function mustNot(
  reason: string,
  setting: string,
  containers: readonly Container[],
  isBad: (container: Container) => boolean | undefined,
): string | undefined {
  const bad = containers.filter((container) => isBad(container));
  return violation(reason, bad.length > 0 && `${named('container', namesOf(bad))} must not set ${setting}`);
}

function violation(reason: string, detail: string | false | undefined): string | undefined {
  return detail ? `${reason} (${detail})` : undefined;
}

function settersOf(pod: boolean, containers: readonly Container[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', namesOf(containers))] : [])].join(' and ');
}

function namesOf(containers: readonly Container[]): readonly string[] {
  return containers.map(({ name }) => name);
}

function named(noun: string, names: readonly string[]): string {
  return `${noun}${names.length === 1 ? '' : 's'} ${names.map((name) => `"${name}"`).join(', ')}`;
}

/** The distinct values in alphabetical order, quoted. */
function quoted(values: readonly string[]): string {
  return [...new Set(values)]
    .sort()
    .map((value) => `"${value}"`)
    .join(', ');
}
