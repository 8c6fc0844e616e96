import type { KubeClient } from '../kube/client.ts';
import { followResults } from './progress-of-results.ts';
import { runSpecs } from './run-specs.ts';
import type { Work } from './verify-requirements.ts';
import { watchOver } from './watch-over.ts';

/** How many spec files are verified at once: they mostly wait for the cluster. */
const parallelSpecs = 5;

/** Jest, from its start to the last requirement. */
export class Verification {
  readonly #work: Work;
  readonly #end = new AbortController();
  readonly #first: Promise<void>;

  /** Starts jest, which takes seconds to load the specs: it verifies nothing before the run's state is written. */
  constructor(work: Work) {
    this.#work = work;
    work.run.interruption.signal.addEventListener('abort', () => this.#end.abort());
    this.#first = this.#specs(false, parallelSpecs);
    // Whether it could is asked in `verify`; without that, there is something worse to tell.
    this.#first.catch(() => undefined);
  }

  /**
   * Lets jest verify, and gives up as soon as the cluster does.
   * @param images what the run needs, for saying that one cannot be had
   * @param beside what must not fail meanwhile, and need not end
   */
  async verify(client: KubeClient, images: readonly string[], beside: Promise<void> | undefined): Promise<void> {
    const { run, under, directory, phases, progress } = this.#work;
    const unfollow = followResults(directory, progress);
    const watched = { images, namespace: under.target.namespace, run: run.id };
    const watching = watchOver(client, watched, this.#end.signal);
    const specs = async () => {
      await phases.run('verifying requirements', () => this.#first);
      await phases.run('verifying what disturbs others', () => this.#specs(true, 1));
    };
    try {
      await Promise.race([specs(), ...[watching, beside ?? watching].map(onlyItsFailure)]);
    } finally {
      this.end();
      unfollow();
    }
  }

  /** Ends jest, whatever it is at. */
  end(): void {
    this.#end.abort();
  }

  #specs(alone: boolean, workers: number): Promise<void> {
    const { run, directory, cluster, reaper } = this.#work;
    const files = cluster.plan.selected.filter((one) => one.alone === alone).map(({ file }) => file);
    return runSpecs({
      directory,
      files: [...new Set(files)],
      workers,
      bail: run.options.bail,
      signal: this.#end.signal,
      onStart: (pid) => reaper.ownsGroup(pid),
    });
  }
}

async function onlyItsFailure(work: Promise<void>): Promise<never> {
  await work;
  return new Promise(() => undefined);
}
