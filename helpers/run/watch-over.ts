import { InfrastructureError } from '../errors.ts';
import { ServerFailure } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { runLabel } from '../kube/run-label.ts';
import { seconds, waitFor } from '../wait.ts';

/** How often the cluster is looked at while requirements are verified. */
const interval = seconds(1);

/** How long the API server may be silent, and a kubelet may refuse an image, before the run is given up. */
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
 * Looks after what no requirement can be blamed for, until it is told to end: the API server, and the images that the run needs.
 * @param watched the images whose refusal by a kubelet ends the run, and where their pods are
 * @throws InfrastructureError with the last words of what failed
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
      const words = await imageRefusal(client, watched).then(
        (refusal) => {
          silent.clear();
          return refusal;
        },
        (error: Error) => {
          if (!(error instanceof InfrastructureError)) throw error;
          if (silent.lasts(silenceAllowed)) throw new InfrastructureError(`${howItFails(error)} ${error.message}`);
          return undefined;
        },
      );
      if (words === undefined) refused.clear();
      else if (refused.lasts(refusalsAllowed)) throw new InfrastructureError(words);
      return false;
    },
    until: (over) => over,
    describe: () => 'it goes on',
  });
}

/** The kubelet's words on an image of the run that it cannot get, as long as it cannot. */
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
        return `The image ${image} cannot be had: ${metadata.namespace}/${metadata.name} is ${reason}: ${message}. Name one that exists, or load it into the local Docker.`;
      }
    }
  }
  return undefined;
}

function howItFails(error: InfrastructureError): string {
  return error instanceof ServerFailure ? 'The API server fails.' : 'The API server is gone.';
}

/** Since when something has been so without interruption. */
class Since {
  private begun: number | undefined;

  /** Notes that it is so; whether it has been so for that long. */
  lasts(milliseconds: number): boolean {
    this.begun ??= performance.now();
    return performance.now() - this.begun >= milliseconds;
  }

  clear(): void {
    this.begun = undefined;
  }
}
