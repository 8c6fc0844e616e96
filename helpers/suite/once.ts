import type { KubeClient } from '../kube/client.ts';

/** The client of a context is its own: it stands for one area in one run. */
type InContext = { readonly client: KubeClient };

/**
 * Makes of a function one that does its work once for all requirements of an area in a run, however many runs there are in a process.
 * @returns gives everybody of the same context the same promise, a failure included
 */
export function oncePerContext<C extends InContext, T>(make: (context: C) => Promise<T>): (context: C) => Promise<T> {
  const made = new WeakMap<KubeClient, Promise<T>>();
  return (context) => {
    const known = made.get(context.client);
    if (known !== undefined) return known;
    const making = make(context);
    made.set(context.client, making);
    return making;
  };
}
