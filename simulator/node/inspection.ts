import { cpuQuantity, integerQuantity } from '../../helpers/catalogue/quantity.ts';
import { TOKEN_DIRECTORY } from '../api/admission.ts';
import type { Container, Pod } from '../objects.ts';

/** The default capabilities of a container, as in /proc/PID/status. */
const STANDARD = '00000000a80425fb';
const NONE = '0000000000000000';

/** The output of the inspection script for the process of a container, as far as its manifest determines it. */
export function inspection(pod: Pod, container: Container, imageUser: number): string {
  const token = container.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN_DIRECTORY) ? 900 : undefined;
  const sections = {
    status: processStatus(pod, container, imageUser),
    mountinfo: mountInfo(container),
    'memory.max': limit(container, 'memory', integerQuantity),
    'cpu.max': `${limit(container, 'cpu', (text) => Math.round(cpuQuantity(text) * 100_000))} 100000`,
    'cpu.weight': String(weight(container)),
    ...(token === undefined ? {} : { 'token bytes': String(token) }),
  };
  return Object.entries(sections)
    .map(([name, text]) => `@@ ${name}\n${text}\n`)
    .join('');
}

/** The mounts of a container, as /proc/self/mountinfo has them. Source: proc_pid_mountinfo(5). */
export function mountInfo({ securityContext, volumeMounts = [] }: Container): string {
  const root = securityContext?.readOnlyRootFilesystem ? 'ro' : 'rw';
  const mounts = volumeMounts.map(({ mountPath, readOnly }, index) => {
    const options = readOnly ? 'ro' : 'rw';
    return `${101 + index} 100 0:${51 + index} / ${mountPath} ${options},relatime - tmpfs tmpfs rw`;
  });
  return [`100 99 0:50 / / ${root},relatime - overlay overlay ${root}`, ...mounts, ''].join('\n');
}

export function userOf(pod: Pod, { securityContext }: Container, imageUser: number): number {
  return securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? imageUser;
}

function processStatus(pod: Pod, container: Container, imageUser: number): string {
  const { capabilities, allowPrivilegeEscalation, privileged } = container.securityContext ?? {};
  const user = userOf(pod, container, imageUser);
  const dropsAll = capabilities?.drop?.some((name) => name.toUpperCase() === 'ALL') ?? false;
  const bounding = dropsAll && !capabilities?.add?.length && !privileged ? NONE : STANDARD;
  const effective = user === 0 ? bounding : NONE;
  const lines = {
    Uid: [user, user, user, user].join('\t'),
    CapInh: NONE,
    CapPrm: effective,
    CapEff: effective,
    CapBnd: bounding,
    CapAmb: NONE,
    NoNewPrivs: allowPrivilegeEscalation === false ? 1 : 0,
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}:\t${value}`)
    .join('\n');
}

function limit({ resources }: Container, name: string, read: (text: string) => number): string {
  const text = resources?.limits?.[name];
  return text === undefined ? 'max' : String(read(text));
}

/** Source: Kubernetes, kubelet: CPU shares of a request, and their weight in cgroup version 2. */
function weight({ resources }: Container): number {
  const shares = Math.max(2, Math.floor(cpuQuantity(resources?.requests?.cpu ?? '0') * 1024));
  return 1 + Math.floor(((shares - 2) * 9999) / 262_142);
}
