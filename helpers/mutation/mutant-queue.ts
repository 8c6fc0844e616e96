import type { Mutant } from '../suite/mutant/mutant.ts';

/** The areas whose mutants wait longest for a deadline; they come first, so that no cluster waits for them in the end. */
const slowAreas = ['scheduling', 'resilience', 'scenarios', 'dns', 'probes', 'manifests'];

/** How many mutants of other areas are verified in the time of one of a slow area, roughly. */
const slowness = 5;

const ofCluster = 'cluster';

/** Whether a mutant changes only what passes a proxy, so that it can share an installation of the exporter. */
export function sharesInstallation({ change, cluster, fromTheStart, documented }: Mutant): boolean {
  return !change && !cluster && !fromTheStart && !documented;
}

/**
 * Mutants for one or more clusters. Those of a batch have the same installation and area, so that a cluster verifies the unchanged
 * deployment for them one time only. Mutants that change the cluster itself come last, as its fixtures may not outlast them.
 */
export class MutantQueue {
  readonly #batches = new Map<string, Mutant[]>();
  /** The batch of each cluster. */
  readonly #current = new Map<number, string>();

  constructor(mutants: readonly Mutant[]) {
    const ordered = [...mutants].sort((left, right) => rankOf(left) - rankOf(right));
    for (const mutant of ordered) {
      const batch = batchOf(mutant);
      this.#batches.set(batch, [...(this.#batches.get(batch) ?? []), mutant]);
    }
  }

  /**
   * Takes the next mutant for a cluster: of its current batch, or else of the batch with the most work for each cluster that has it.
   * @returns undefined when none is left
   */
  next(cluster: number): Mutant | undefined {
    const current = this.#batches.get(this.#current.get(cluster) ?? '') ?? [];
    if (current.length > 0) return current.shift();
    this.#current.delete(cluster);
    const working = [...this.#current.values()];
    const share = ([batch, mutants]: readonly [string, readonly Mutant[]]) =>
      batch === ofCluster ? 0 : workOf(mutants) / (1 + working.filter((name) => name === batch).length);
    const [found] = [...this.#batches]
      .filter(([, mutants]) => mutants.length > 0)
      .sort((left, right) => share(right) - share(left));
    if (!found) return undefined;
    this.#current.set(cluster, found[0]);
    return found[1].shift();
  }
}

function batchOf(mutant: Mutant): string {
  if (mutant.cluster) return ofCluster;
  return sharesInstallation(mutant) ? `${mutant.target ?? 'agent'} ${areaOf(mutant)}` : 'installation of its own';
}

function workOf(mutants: readonly Mutant[]): number {
  return mutants.reduce((work, mutant) => work + (slowAreas.includes(areaOf(mutant)) ? slowness : 1), 0);
}

function rankOf(mutant: Mutant): number {
  const rank = slowAreas.indexOf(areaOf(mutant));
  return rank < 0 ? slowAreas.length : rank;
}

function areaOf({ fails }: Mutant): string {
  return fails[0]?.split('/')[0] ?? '';
}

/** Runs tasks at the same time, each with a resource of its own. */
export class Pool<R> {
  readonly #free: R[];
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  /** @param resources as many as tasks run at the same time */
  constructor(resources: readonly R[]) {
    this.#free = [...resources];
  }

  /**
   * Starts a task as soon as a resource is free.
   * @returns when the task was started
   * @throws the error of a task that was started before
   */
  async start(task: (resource: R) => Promise<void>): Promise<void> {
    while (this.#free.length === 0) await Promise.race(this.#running);
    this.#rethrow();
    const resource = this.#free.pop() as R;
    const running: Promise<void> = task(resource)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#free.push(resource);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /**
   * Waits until no task runs.
   * @throws the error of a task
   */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
    this.#rethrow();
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
