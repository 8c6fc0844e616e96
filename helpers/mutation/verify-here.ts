import { type AreaContext, areaContext } from '../suite/context.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { readResult } from '../suite/result-file.ts';
import { runRequirement } from '../suite/run-requirement.ts';
import type { RunState } from '../suite/run-state.ts';
import { inOrderOfNeeds } from './in-order-of-needs.ts';

/** How many areas are verified at once. */
const parallelAreas = 4;

/**
 * Verifies requirements in this process: areas beside each other; then the serial requirements. Each waits for what it
 * needs, so that what came of it does not depend on who was faster.
 * A run has jest for that, to which a requirement is a test. For mutants it would be started hundreds of times for a few
 * requirements each, and it takes seconds every time until the specs are read.
 */
export async function verifyHere(run: RunState, selected: readonly DeclaredRequirement[], signal: AbortSignal): Promise<void> {
  const contexts = new Map<string, Promise<AreaContext>>();
  const contextOf = ({ file, area }: DeclaredRequirement) => {
    const context = contexts.get(file) ?? areaContext(run, area);
    contexts.set(file, context);
    return context;
  };
  const verifyOne = async (requirement: DeclaredRequirement) => {
    if (signal.aborted) return;
    try {
      await runRequirement(requirement, run, () => contextOf(requirement));
    } catch (error) {
      // A failure is written down as a result; what could not even be written is a fault of the suite.
      if (readResult(run.directory, requirement.id) === undefined) throw error;
    }
  };
  const [parallel, serial] = [false, true].map((isSerial) => selected.filter((requirement) => requirement.serial === isSerial));
  await unlessAborted(signal, async () => {
    await inOrderOfNeeds(parallel ?? [], parallelAreas, verifyOne);
    await inOrderOfNeeds(serial ?? [], 1, verifyOne);
  });
}

/** What has been begun cannot be ended, but need not be waited for: the process ends after it. */
async function unlessAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  let leave: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
