import { integerQuantity, quantity } from '../helpers/accounting/quantity.ts';
import { cgroupLimits, weighs } from '../helpers/hardening/cgroup.ts';
import { exporterProcess } from '../helpers/hardening/inspect.ts';
import { inspected } from '../helpers/hardening/inspection-script.ts';
import { mounts, rootMount, tokenMounts } from '../helpers/hardening/mounts.ts';
import { heldCapabilities, processStatus } from '../helpers/hardening/process-status.ts';
import { promisedResources, requestsOf } from '../helpers/hardening/resources.ts';
import { tokensOfSilentPod } from '../helpers/hardening/silent-pod.ts';
import { verify, verifyNone } from '../helpers/requirement/failure.ts';
import { area, requirement } from '../helpers/requirement/requirement.ts';

/** All of it is read from the process that runs: an ephemeral container shares its process namespace. */
const hardened = { feature: 'hardened-container', needs: ['probes/becomes-ready'] } as const;
const limited = { feature: 'resource-limits', needs: ['probes/becomes-ready'] } as const;

area('hardening', () => {
  requirement(
    'runs-as-nobody',
    {
      ...hardened,
      sentence: 'The exporter runs as the unprivileged user that its profile promises, in all four user ids of its process.',
      source: 'Kubernetes, Configure a security context: runAsUser; proc_pid_status(5)',
    },
    async (context) => {
      const { userIds } = processStatus(inspected(await exporterProcess(context), 'status'));
      const { user } = context.profile.promises;
      verify(
        userIds.every((id) => id === user),
        { wanted: `user id ${user}, real, effective, saved and of the file system`, seen: userIds.join(', ') },
      );
      context.observed(`user id ${user}`);
    },
  );

  requirement(
    'has-no-capabilities',
    {
      ...hardened,
      sentence: 'Every capability set of the exporter is empty: inheritable, permitted, effective, bounding and ambient.',
      source: 'Kubernetes, Configure a security context: capabilities; capabilities(7)',
    },
    async (context) => {
      const status = processStatus(inspected(await exporterProcess(context), 'status'));
      verifyNone(heldCapabilities(status), 'all five capability sets empty');
      context.observed(`${Object.keys(status.capabilities).join(', ')} empty`);
    },
  );

  requirement(
    'gains-no-privileges',
    {
      ...hardened,
      sentence: 'The kernel lets neither the exporter nor a child of it gain privileges.',
      source: 'Kubernetes, Configure a security context: allowPrivilegeEscalation; PR_SET_NO_NEW_PRIVS(2const)',
    },
    async (context) => {
      const { noNewPrivileges } = processStatus(inspected(await exporterProcess(context), 'status'));
      verify(noNewPrivileges, { wanted: 'NoNewPrivs 1', seen: 'NoNewPrivs 0' });
      context.observed('NoNewPrivs 1');
    },
  );

  requirement(
    'root-is-read-only',
    {
      ...hardened,
      sentence: "The root of the exporter's file system is mounted read-only.",
      source: 'Kubernetes, Configure a security context: readOnlyRootFilesystem; proc_pid_mountinfo(5)',
    },
    async (context) => {
      const { options, type } = rootMount(mounts(inspected(await exporterProcess(context), 'mountinfo')));
      verify(options.includes('ro'), { wanted: '/ mounted ro', seen: `/ (${type}) mounted ${options.join(',')}` });
      context.observed(`/ mounted ${options.join(',')}`);
    },
  );

  requirement(
    'memory-is-limited',
    {
      ...limited,
      sentence: "The kernel limits the exporter's memory to what its profile promises.",
      source: 'Kubernetes, Resource management: limits; the kernel, cgroups version 1 and 2',
    },
    async (context) => {
      const { memory } = promisedResources(context.profile).limits;
      const { memoryBytes } = cgroupLimits(await exporterProcess(context));
      const seen = memoryBytes === undefined ? 'no limit' : `${memoryBytes} bytes`;
      verify(memoryBytes === integerQuantity(memory), { wanted: `${memory} in the exporter's memory cgroup`, seen });
      context.observed(seen);
    },
  );

  requirement(
    'cpu-is-limited',
    {
      ...limited,
      sentence: "The kernel limits the exporter's CPU time to what its profile promises.",
      source: 'Kubernetes, Resource management: limits; the kernel, cgroups version 1 and 2',
    },
    async (context) => {
      const { cpu } = promisedResources(context.profile).limits;
      const { cores } = cgroupLimits(await exporterProcess(context));
      const seen = cores === undefined ? 'no limit' : `${cores} cores`;
      verify(cores === quantity(cpu), { wanted: `${cpu} in the exporter's CPU cgroup`, seen });
      context.observed(seen);
    },
  );

  requirement(
    'resources-are-requested',
    {
      ...limited,
      sentence: 'The scheduler counts the memory, and the kernel weighs the CPU time, that the profile promises to request.',
      source: 'Kubernetes, Resource management: requests; the kernel, cgroups version 1 and 2',
    },
    async (context) => {
      const { exporter, profile, observed } = context;
      const wanted = promisedResources(profile).requests;
      const { memory = '0' } = requestsOf(await exporter.pod(), exporter.target.container.name);
      const { holds: weighed, seen } = weighs(await exporterProcess(context), quantity(wanted.cpu));
      verify(integerQuantity(memory) === integerQuantity(wanted.memory) && weighed, {
        wanted: `${wanted.memory} requested, and the weight of a request for ${wanted.cpu}`,
        seen: `${memory} requested, and ${seen}`,
      });
      observed(`${memory} and ${seen}`);
    },
  );

  requirement(
    'token-is-mounted',
    {
      ...hardened,
      sentence: "The ServiceAccount's token is mounted into the exporter's file system, read-only.",
      source: 'Kubernetes, Configure service accounts for pods: automountServiceAccountToken of the pod',
    },
    async (context) => {
      const inspection = await exporterProcess(context);
      const [token] = tokenMounts(mounts(inspected(inspection, 'mountinfo')));
      verify(token !== undefined, { wanted: 'a mount of a ServiceAccount token', seen: 'none among the mounts of the process' });
      verify(token.options.includes('ro'), { wanted: `${token.point} mounted ro`, seen: token.options.join(',') });
      const bytes = Number(inspection.get('token bytes') ?? 0);
      verify(bytes > 0, { wanted: `a token in ${token.point}`, seen: `${bytes} bytes` });
      context.observed(`${bytes} bytes in ${token.point}`);
    },
  );

  requirement(
    'token-only-where-asked',
    {
      ...hardened,
      needs: [],
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
