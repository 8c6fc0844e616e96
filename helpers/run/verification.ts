import type { KubeClient } from '../kube/client.ts';
import { releaseSerial } from '../suite/run-state.ts';
import { followResults } from './progress-of-results.ts';
import { runSpecs } from './run-specs.ts';
import { watchOver } from './watch-over.ts';
import type { Work } from './work.ts';

/** How many spec files are verified at once: they mostly wait for the cluster. */
const parallelSpecs = 5;

/** Jest, from its start to the last requirement. */
export class Verification {
  readonly #work: Work;
  readonly #end = new AbortController();
  readonly #beside: Promise<void>;
  readonly #serial: Promise<void>;

  /**
   * Starts jest, which takes seconds to load the specs: it verifies nothing before the run's state is written, and what is serial
   * not before it is released.
   */
  constructor(work: Work) {
    this.#work = work;
    work.run.interruption.signal.addEventListener('abort', () => this.#end.abort());
    this.#beside = this.#specs(false, parallelSpecs);
    this.#serial = this.#specs(true, 1);
    // Whether they could is asked in `verify`; without that, there is something worse to tell.
    for (const started of [this.#beside, this.#serial]) started.catch(() => undefined);
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
      await phases.run('verifying requirements', () => this.#beside);
      releaseSerial(directory);
      await phases.run('verifying what disturbs others', () => this.#serial);
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

  #specs(serial: boolean, workers: number): Promise<void> {
    const { run, directory, cluster, reaper } = this.#work;
    return runSpecs({
      directory,
      selected: () => cluster.plan.selected.filter((requirement) => requirement.serial === serial),
      workers,
      serial,
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
