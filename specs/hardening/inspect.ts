import { InfrastructureError } from '../../helpers/errors.ts';
import { inspectionScript, readInspection } from '../../helpers/exporter/inspection-script.ts';
import { verify } from '../../helpers/failure.ts';
import { ApiError } from '../../helpers/kube/api-error.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { ContainerStatus, Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { NotObserved, seconds, waitFor } from '../../helpers/wait.ts';
import { ApiView } from './api-view.ts';
import { type Finding, KernelView, type ProcessView } from './kernel-view.ts';

/** From the creation of the ephemeral container to its end, including the pull of its image. */
const inspectionBudget = seconds(60);

type Needed = Pick<RequirementContext, 'client' | 'cluster' | 'exporter' | 'run'>;

/**
 * Verifies one fact of the exporter's process.
 * @throws RequirementFailure when it does not hold, NotObserved when the exporter is not Ready, InfrastructureError when an admitted
 * inspector does not end
 */
export async function verifyProcess(
  context: Needed & Pick<RequirementContext, 'observed'>,
  find: (view: ProcessView) => Finding,
): Promise<void> {
  const view = await exporterProcess(context);
  const { holds, expected, actual } = find(view);
  const by = view.judgedBy === undefined ? '' : ` (${view.judgedBy})`;
  verify(holds, { expected, actual: `${actual}${by}` });
  context.observed(`${actual}${by}`);
}

/** The kernel's view of the process, or the API's if the cluster refuses the inspector; created for all requirements of the area. */
const exporterProcess = memoizePerContext(async ({ client, cluster, exporter, run }: Needed): Promise<ProcessView> => {
  const pod = await exporter.pod();
  const { container } = exporter.target;
  const name = `inspection-${run.id}`;
  const refusal = await addContainer(client, pod, inspector(name, container.name, run.workloadImage));
  if (refusal !== undefined) return new ApiView(pod, container.name, refusal);
  await waitUntilEnded(client, pod, name);
  // What the scheduler counts; no cgroup shows it.
  const { memory = '0' } = pod.spec.containers.find((candidate) => candidate.name === container.name)?.resources?.requests ?? {};
  return new KernelView(readInspection(await cluster.log(pod, name)), memory);
});

/**
 * The ephemeral container that reads the exporter's process, which is process 1 in the shared process namespace. It is root with two
 * capabilities so that it can read a process of any user with any capabilities: missing hardening must be reported, not prevent the
 * inspection. It is the only container of the suite that does not meet the restricted Pod Security level.
 */
export function inspector(name: string, target: string, image: string) {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    targetContainerName: target,
    command: ['sh', '-c', inspectionScript, 'sh', '/proc'],
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
    },
  } as const;
}

/**
 * Adds an ephemeral container to a pod.
 * Source: Kubernetes, ephemeral containers: they are added through a subresource of the pod; enabled by default since 1.23.
 * @returns undefined, or the API server's message when Pod Security, a webhook or RBAC refuses it
 */
async function addContainer(client: KubeClient, pod: Pod, container: unknown): Promise<string | undefined> {
  const path = `${client.mapper.path(referenceOf(pod))}/ephemeralcontainers`;
  try {
    await client.call('PATCH', path, {
      body: { spec: { ephemeralContainers: [container] } },
      contentType: 'application/strategic-merge-patch+json',
    });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return error.details;
  }
}

async function waitUntilEnded(client: KubeClient, pod: Pod, name: string): Promise<void> {
  const reference = referenceOf(pod);
  try {
    await waitFor({
      what: `the ephemeral container ${name} ended`,
      within: inspectionBudget,
      every: 150,
      observe: async () => statusOf(await client.find<Pod>(reference), name),
      until: (status) => status?.state?.terminated !== undefined,
      describe: (status) => JSON.stringify(status?.state ?? 'no state'),
    });
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    throw new InfrastructureError(`The exporter's process could not be read: ${error.message}.`);
  }
}

function statusOf(pod: Pod | undefined, name: string): ContainerStatus | undefined {
  return pod?.status?.ephemeralContainerStatuses?.find((status) => status.name === name);
}
