import { ApiError } from '../kube/api-error.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { seconds, waitFor } from '../wait.ts';

/** What admission says of a pod whose PriorityClass its own watch has not brought it yet; it looks nowhere else. */
const notYetKnown = /no PriorityClass with name/;

/**
 * Creates an object that names one which was created a moment ago.
 * @param create sends the object; is called again while admission does not know what it names
 * @returns the object as it was taken
 * @throws NotObserved with the API server's words when it is not admitted within 10 s, ApiError for any other refusal
 */
export async function onceAdmitted<T extends KubernetesObject>(object: RawObject, create: () => Promise<T>): Promise<T> {
  const { taken } = await waitFor<{ taken?: T; refusal?: string }>({
    what: `${object.kind} ${object.metadata.name} admitted with the PriorityClass that it names`,
    within: seconds(10),
    every: 100,
    observe: () =>
      create().then(
        (live) => ({ taken: live }),
        (error: unknown) => {
          if (error instanceof ApiError && notYetKnown.test(error.details)) return { refusal: error.details };
          throw error;
        },
      ),
    until: ({ taken }) => taken !== undefined,
    describe: ({ refusal }) => String(refusal),
  });
  return taken as T;
}
