import { InfrastructureError } from '../errors.ts';
import { ServerFailure } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { runLabel } from '../kube/run-label.ts';
import { seconds, waitFor } from '../wait.ts';

/** How often the cluster is checked while requirements are verified. */
const interval = seconds(1);

/** How long the API server may not answer, and a kubelet may refuse an image, before the run ends. */
const silenceAllowed = seconds(8);
const refusalsAllowed = seconds(15);

const refusals = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'];

export interface Watched {
  readonly images: readonly string[];
  /** Where the exporter is, whose pods do not carry the run's label. */
  readonly namespace: string;
  readonly run: string;
}

/**
 * Watches the API server and the images that the run needs, until the signal aborts.
 * @param watched the images whose refusal by a kubelet ends the run, and where their pods are
 * @throws InfrastructureError with the last error message
 */
export async function watchOver(client: KubeClient, watched: Watched, ended: AbortSignal): Promise<void> {
  const silent = new Since();
  const refused = new Since();
  await waitFor({
    what: 'the end of the run',
    within: Number.MAX_SAFE_INTEGER,
    every: interval,
    observe: async () => {
      if (ended.aborted) return true;
      const refusal = await imageRefusal(client, watched).then(
        (found) => {
          silent.clear();
          return found;
        },
        (error: Error) => {
          if (!(error instanceof InfrastructureError)) throw error;
          if (silent.lasts(silenceAllowed)) throw new InfrastructureError(`${howItFails(error)} ${error.message}`);
          return undefined;
        },
      );
      if (refusal === undefined) refused.clear();
      else if (refused.lasts(refusalsAllowed)) throw new InfrastructureError(refusal);
      return false;
    },
    until: (isOver) => isOver,
    describe: () => 'still running',
  });
}

/** A sentence about an image of the run that a kubelet cannot pull; undefined where there is none. */
async function imageRefusal(client: KubeClient, { images, namespace, run }: Watched): Promise<string | undefined> {
  const pods = { apiVersion: 'v1', kind: 'Pod' };
  const [beside, labelled] = await Promise.all([
    client.list<Pod>({ ...pods, namespace }),
    client.list<Pod>(pods, { labelSelector: `${runLabel}=${run}` }),
  ]);
  for (const { metadata, spec, status } of [...beside, ...labelled]) {
    for (const { name, state } of status?.containerStatuses ?? []) {
      const image = spec.containers.find((container) => container.name === name)?.image ?? '';
      const { reason = '', message = reason } = state?.waiting ?? {};
      if (images.includes(image) && refusals.includes(reason)) {
        return `The image ${image} cannot be pulled: ${metadata.namespace}/${metadata.name} is ${reason}: ${message}. Name one that exists, or load it into the local Docker.`;
      }
    }
  }
  return undefined;
}

function howItFails(error: InfrastructureError): string {
  return error instanceof ServerFailure ? 'The API server fails.' : 'The API server does not answer.';
}

/** Since when a condition has held without interruption. */
class Since {
  private start: number | undefined;

  /** Records that the condition holds; whether it has held for that long. */
  lasts(milliseconds: number): boolean {
    this.start ??= performance.now();
    return performance.now() - this.start >= milliseconds;
  }

  clear(): void {
    this.start = undefined;
  }
}
