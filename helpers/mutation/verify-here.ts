import { inParallel } from '../in-parallel.ts';
import { type AreaContext, areaContext } from '../requirement/context.ts';
import type { DeclaredRequirement } from '../requirement/declared.ts';
import { readResult } from '../requirement/result-file.ts';
import { runRequirement } from '../requirement/run-requirement.ts';
import type { RunState } from '../run/run-state.ts';

/** How many areas are verified at once. */
const parallelAreas = 4;

/**
 * Verifies requirements in this process: areas beside each other, each in its order; then what runs alone, one after the other.
 * A run has jest for that, to which a requirement is a test. For mutants it would be started hundreds of times for a few
 * requirements each, and it takes seconds every time until the specs are read.
 */
export async function verifyHere(run: RunState, selected: readonly DeclaredRequirement[], signal: AbortSignal): Promise<void> {
  const verifyFile = (file: string) =>
    inOrder(
      run,
      selected.filter((one) => one.file === file),
      signal,
    );
  const filesOf = (isAlone: boolean) => [...new Set(selected.filter(({ alone }) => alone === isAlone).map(({ file }) => file))];
  await inParallel(filesOf(false), parallelAreas, verifyFile);
  await inParallel(filesOf(true), 1, verifyFile);
}

async function inOrder(run: RunState, requirements: readonly DeclaredRequirement[], signal: AbortSignal): Promise<void> {
  let context: Promise<AreaContext> | undefined;
  for (const requirement of requirements) {
    if (signal.aborted) return;
    const ofTheArea = () => {
      context ??= areaContext(run, requirement.area);
      return context;
    };
    try {
      await runRequirement(requirement, run, ofTheArea);
    } catch (error) {
      // A failure is written down as a result; what could not even be written is a fault of the suite.
      if (readResult(run.directory, requirement.id) === undefined) throw error;
    }
  }
}
