import { InfrastructureError } from '../../helpers/errors.ts';
import { readInspection } from '../../helpers/exporter/inspection-script.ts';
import { verify } from '../../helpers/failure.ts';
import { ApiError } from '../../helpers/kube/api-error.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { ContainerStatus, Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { NotObserved, seconds, waitFor } from '../../helpers/wait.ts';
import { ApiView } from './api-view.ts';
import { inspector } from './inspector.ts';
import { KernelView } from './kernel-view.ts';
import { requestsOf } from './resources.ts';
import type { Finding, ProcessView } from './view.ts';

/** How long the ephemeral container may take from its creation to its end, its image at hand or pulled. */
const inspectionBudget = seconds(60);

type Needed = Pick<RequirementContext, 'client' | 'cluster' | 'exporter' | 'run'>;

/**
 * Holds the exporter's process against one promise.
 * @throws NotObserved when the exporter is not Ready, InfrastructureError when an admitted inspector does not end
 */
export async function judgeProcess(
  context: Needed & Pick<RequirementContext, 'observed'>,
  judge: (view: ProcessView) => Finding,
): Promise<void> {
  const view = await exporterProcess(context);
  const { holds, expected, actual } = judge(view);
  const by = view.judgedBy === undefined ? '' : ` (${view.judgedBy})`;
  verify(holds, { expected, actual: `${actual}${by}` });
  context.observed(`${actual}${by}`);
}

/** The kernel's view of the process, or the API's where the cluster refuses the inspection: one for all requirements of a spec file. */
const exporterProcess = memoizePerContext(async ({ client, cluster, exporter, run }: Needed): Promise<ProcessView> => {
  const pod = await exporter.pod();
  const { container } = exporter.target;
  const name = `inspection-${run.id}`;
  const refusal = await addContainer(client, pod, inspector(name, container.name, run.workloadImage));
  if (refusal !== undefined) return new ApiView(pod, container.name, refusal);
  await untilEnded(client, pod, name);
  return new KernelView(readInspection(await cluster.log(pod, name)), requestsOf(pod, container.name).memory ?? '0');
});

/**
 * Source: Kubernetes, ephemeral containers: they are added through a subresource of the pod, on by default from 1.23 on.
 * @returns the API server's words when it refuses, whoever is behind that: Pod Security, a webhook, or RBAC
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
