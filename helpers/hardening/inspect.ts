import { InfrastructureError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ContainerStatus, Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { oncePerContext } from '../requirement/once.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { type Inspection, inspectionScript, readInspection } from './inspection-script.ts';

/** How long the ephemeral container may take from being asked for to its end, its image at hand or pulled. */
const inspectionBudget = seconds(60);

type Needed = Pick<RequirementContext, 'client' | 'cluster' | 'exporter' | 'run'>;

/**
 * What the kernel says of the exporter's process: one inspection for all requirements of a spec file.
 * @throws NotObserved when the exporter is not Ready, InfrastructureError when the cluster does not let it be inspected
 */
export const exporterProcess = oncePerContext(inspect);

async function inspect({ client, cluster, exporter, run }: Needed): Promise<Inspection> {
  const pod = await exporter.pod();
  const name = `inspection-${run.id}`;
  await addContainer(client, pod, inspector(name, exporter.target.container.name, run.workloadImage));
  await untilEnded(client, pod, name);
  return readInspection(await cluster.log(pod, name));
}

/**
 * Reads the process of any user with any capabilities: a container that lacks its hardening must be judged, not be out of reach.
 * Of root it has nothing but that; sharing the process namespace, the exporter's process is its process 1.
 */
function inspector(name: string, target: string, image: string): unknown {
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
  };
}

/** Source: Kubernetes, ephemeral containers: they are added through a subresource of the pod, on by default from 1.23 on. */
async function addContainer(client: KubeClient, pod: Pod, container: unknown): Promise<void> {
  const path = `${client.mapper.path(referenceOf(pod))}/ephemeralcontainers`;
  try {
    await client.call('PATCH', path, {
      body: { spec: { ephemeralContainers: [container] } },
      contentType: 'application/strategic-merge-patch+json',
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new InfrastructureError(
      `The cluster refuses the ephemeral container that reads the exporter's process: ${error.details}`,
    );
  }
}

async function untilEnded(client: KubeClient, pod: Pod, name: string): Promise<void> {
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
