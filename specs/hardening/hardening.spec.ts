import { verifyNone } from '../../helpers/failure.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { judgeProcess } from './inspect.ts';
import { promisedResources } from './resources.ts';
import { tokensOfSilentPod } from './silent-pod.ts';

/**
 * It is read from the process that runs: an ephemeral container shares its process namespace. Where the cluster refuses that container,
 * the pod as the API server keeps it is judged instead.
 */
const hardened = { feature: 'hardened-container', needs: ['probes/starts'] } as const;
const limited = { feature: 'resource-limits', needs: ['probes/starts'] } as const;

area('hardening', () => {
  requirement(
    'runs-as-nobody',
    {
      ...hardened,
      sentence: 'The exporter runs as the unprivileged user that its profile promises, in all four user ids of its process.',
      source: 'Kubernetes, Configure a security context: runAsUser; proc_pid_status(5)',
    },
    (context) => judgeProcess(context, (process) => process.runsAs(context.profile.promises.user)),
  );

  requirement(
    'has-no-capabilities',
    {
      ...hardened,
      sentence: 'Every capability set of the exporter is empty: inheritable, permitted, effective, bounding and ambient.',
      source: 'Kubernetes, Configure a security context: capabilities; capabilities(7)',
    },
    (context) => judgeProcess(context, (process) => process.hasNoCapabilities()),
  );

  requirement(
    'gains-no-privileges',
    {
      ...hardened,
      sentence: 'The kernel lets neither the exporter nor a child of it gain privileges.',
      source: 'Kubernetes, Configure a security context: allowPrivilegeEscalation; PR_SET_NO_NEW_PRIVS(2const)',
    },
    (context) => judgeProcess(context, (process) => process.gainsNoPrivileges()),
  );

  requirement(
    'root-is-read-only',
    {
      ...hardened,
      sentence: "The root of the exporter's file system is mounted read-only.",
      source: 'Kubernetes, Configure a security context: readOnlyRootFilesystem; proc_pid_mountinfo(5)',
    },
    (context) => judgeProcess(context, (process) => process.rootIsReadOnly()),
  );

  requirement(
    'memory-is-limited',
    {
      ...limited,
      sentence: "The kernel limits the exporter's memory to what its profile promises.",
      source: 'Kubernetes, Resource management: limits; the kernel, cgroups version 1 and 2',
    },
    (context) => {
      const { memory } = promisedResources(context.profile).limits;
      return judgeProcess(context, (process) => process.memoryIsLimited(memory));
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
      const { cpu } = promisedResources(context.profile).limits;
      return judgeProcess(context, (process) => process.cpuIsLimited(cpu));
    },
  );

  requirement(
    'resources-are-requested',
    {
      ...limited,
      sentence: 'The scheduler counts the memory, and the kernel weighs the CPU time, that the profile promises to request.',
      source: 'Kubernetes, Resource management: requests; the kernel, cgroups version 1 and 2',
    },
    (context) => judgeProcess(context, (process) => process.requests(promisedResources(context.profile).requests)),
  );

  requirement(
    'token-is-mounted',
    {
      ...hardened,
      sentence: "The ServiceAccount's token is mounted into the exporter's file system, read-only.",
      source: 'Kubernetes, Configure service accounts for pods: automountServiceAccountToken of the pod',
    },
    (context) => judgeProcess(context, (process) => process.tokenIsMounted()),
  );

  requirement(
    'token-only-where-asked',
    {
      ...hardened,
      needs: [],
      makes: ['neighbour'],
      sentence: 'A pod of the same ServiceAccount that does not ask for a token has none.',
      source: 'Kubernetes, Configure service accounts for pods: automountServiceAccountToken of the ServiceAccount',
    },
    async (context) => {
      const tokens = await tokensOfSilentPod(context);
      verifyNone(tokens, 'no token in a pod of the same ServiceAccount that does not ask for one');
      context.observed('a control pod of the same ServiceAccount found none');
    },
  );
});
