interface Step {
  readonly id: string;
  /** Steps of one file are done one after the other. */
  readonly file: string;
  /** The ids that must be done before it; those that are no steps count as done. */
  readonly needs: readonly string[];
}

/**
 * Does steps in their order, those of several files at the same time, each once all is done that it needs.
 * @param width how many at the same time
 * @param work what it throws ends the whole, once what has been begun is over
 */
export async function inOrderOfNeeds<S extends Step>(
  steps: readonly S[],
  width: number,
  work: (step: S) => Promise<void>,
): Promise<void> {
  const waiting = new Map(steps.map((step) => [step.id, step]));
  const running = new Map<string, Promise<void>>();
  const isFree = ({ file, needs }: S) => !running.has(file) && needs.every((id) => !waiting.has(id) && !begun.has(id));
  const begun = new Set<string>();
  while (waiting.size > 0 || running.size > 0) {
    const next = running.size < width ? [...waiting.values()].find(isFree) : undefined;
    if (next) {
      waiting.delete(next.id);
      begun.add(next.id);
      const over = () => {
        begun.delete(next.id);
        running.delete(next.file);
      };
      running.set(next.file, work(next).finally(over));
      continue;
    }
    if (running.size === 0) throw new Error(`These need each other: ${[...waiting.keys()].join(', ')}.`);
    await Promise.race(running.values());
  }
}
