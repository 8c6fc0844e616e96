import type { ContainerResources } from '../../helpers/exporter/profile.ts';
import { RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { seconds } from '../../helpers/wait.ts';
import { verifyProcess } from './inspect.ts';
import { mounts, rootMount, tokenMounts } from './proc.ts';

/**
 * An ephemeral container reads the running process. Where the cluster refuses that container, the pod as the API server stores it is
 * judged instead.
 */
const hardened = { feature: 'hardened-container', needs: ['probes/starts'] } as const;
const limited = { feature: 'resource-limits', needs: ['probes/starts'] } as const;

/** @throws RequirementFailure when neither the profile nor the container has requests and limits of both */
function promisedResources({ profile: { promises }, target }: RequirementContext): ContainerResources {
  if (promises.resources) return promises.resources;
  const { requests, limits } = target.container.resources ?? {};
  const text = (list: object | undefined) => (list === undefined ? 'none' : JSON.stringify(list));
  throw new RequirementFailure('requests and limits of CPU and memory', `requests ${text(requests)}, limits ${text(limits)}`);
}

/**
 * Runs a pod of the exporter's ServiceAccount that does not set automountServiceAccountToken. It is in the exporter's namespace, like
 * the account, and has no label that a Service selects.
 * @returns the paths where a token is mounted in it
 * @throws an Error when the pod did not print its mounts
 */
async function tokensMountedByDefault({
  scratch,
  target,
  cluster,
  run,
  profile,
}: Pick<RequirementContext, 'scratch' | 'target' | 'cluster' | 'run' | 'profile'>): Promise<readonly string[]> {
  const pod = await scratch.pod({
    name: `without-token-${run.id}`,
    namespace: target.namespace,
    command: ['cat', '/proc/self/mountinfo'],
    spec: {
      serviceAccountName: target.serviceAccountName,
      automountServiceAccountToken: undefined,
      restartPolicy: 'Never',
      ...tolerating(profile),
    },
  });
  try {
    const hasEnded = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
    await scratch.podUntil(pod, 'a control pod of the same ServiceAccount ended', hasEnded, seconds(60));
    const mountsOfPod = mounts(await cluster.log(pod));
    rootMount(mountsOfPod);
    return tokenMounts(mountsOfPod).map(({ point }) => point);
  } finally {
    await scratch.remove(pod);
  }
}

area('hardening', () => {
  requirement(
    'runs-as-nobody',
    {
      ...hardened,
      sentence: 'All four user ids of the exporter’s process are the unprivileged user that the profile promises.',
      source: 'Kubernetes, Configure a security context: runAsUser; proc_pid_status(5)',
    },
    (context) => verifyProcess(context, (process) => process.runsAs(context.profile.promises.user)),
  );

  requirement(
    'has-no-capabilities',
    {
      ...hardened,
      sentence: 'Every capability set of the exporter is empty: inheritable, permitted, effective, bounding and ambient.',
      source: 'Kubernetes, Configure a security context: capabilities; capabilities(7)',
    },
    (context) => verifyProcess(context, (process) => process.hasNoCapabilities()),
  );

  requirement(
    'gains-no-privileges',
    {
      ...hardened,
      sentence: 'The kernel lets neither the exporter nor its child processes gain privileges.',
      source: 'Kubernetes, Configure a security context: allowPrivilegeEscalation; PR_SET_NO_NEW_PRIVS(2const)',
    },
    (context) => verifyProcess(context, (process) => process.gainsNoPrivileges()),
  );

  requirement(
    'root-is-read-only',
    {
      ...hardened,
      sentence: "The root of the exporter's file system is mounted read-only.",
      source: 'Kubernetes, Configure a security context: readOnlyRootFilesystem; proc_pid_mountinfo(5)',
    },
    (context) => verifyProcess(context, (process) => process.rootIsReadOnly()),
  );

  requirement(
    'memory-is-limited',
    {
      ...limited,
      sentence: "The kernel limits the exporter's memory to what its profile promises.",
      source: 'Kubernetes, Resource management: limits; the kernel, cgroups version 1 and 2',
    },
    (context) => {
      const { memory } = promisedResources(context).limits;
      return verifyProcess(context, (process) => process.memoryIsLimited(memory));
    },
  );

  requirement(
    'cpu-is-limited',
    {
      ...limited,
      sentence: "The kernel limits the exporter's CPU time to what its profile promises.",
      source: 'Kubernetes, Resource management: limits; the kernel, cgroups version 1 and 2',
    },
    (context) => {
      const { cpu } = promisedResources(context).limits;
      return verifyProcess(context, (process) => process.cpuIsLimited(cpu));
    },
  );

  requirement(
    'resources-are-requested',
    {
      ...limited,
      sentence:
        'The scheduler counts the memory request, and the kernel applies the weight of the CPU request, that the profile promises.',
      source: 'Kubernetes, Resource management: requests; the kernel, cgroups version 1 and 2',
    },
    (context) => verifyProcess(context, (process) => process.requests(promisedResources(context).requests)),
  );

  requirement(
    'token-is-mounted',
    {
      ...hardened,
      sentence: "The ServiceAccount's token is mounted into the exporter's file system, read-only.",
      source: 'Kubernetes, Configure service accounts for pods: automountServiceAccountToken of the pod',
    },
    (context) => verifyProcess(context, (process) => process.tokenIsMounted()),
  );

  requirement(
    'token-only-where-requested',
    {
      feature: 'token-on-request',
      makes: ['neighbour'],
      sentence: 'A pod of the same ServiceAccount that does not request a token has none.',
      source: 'Kubernetes, Configure service accounts for pods: automountServiceAccountToken of the ServiceAccount',
    },
    async (context) => {
      const tokens = await tokensMountedByDefault(context);
      verifyNone(tokens, 'no token in a pod of the same ServiceAccount that does not request one');
      context.observed('a control pod of the same ServiceAccount has none');
    },
  );
});
