import { type AreaContext, areaContext } from '../suite/context.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { type Outcome, readResult } from '../suite/result-file.ts';
import { runRequirement } from '../suite/run-requirement.ts';
import type { RunState } from '../suite/run-state.ts';

export interface ExecutionSettings {
  /** How many spec files are executed at the same time; of one file, only requirements that are `concurrent` are. */
  readonly parallelFiles: number;
  /** Whether nothing is started any more after the first failure; a known issue is none. */
  readonly bail?: boolean;
  /** Whether the results have what was waited for, which the trace of a run shows (default: true). */
  readonly recordsWaits?: boolean;
  /** What the requirements of a spec file share; made from the run's state unless a test provides it. */
  contextFor?(requirement: DeclaredRequirement): Promise<AreaContext>;
  /** Ends the wait for what has been started; a body itself cannot be ended. */
  readonly signal?: AbortSignal;
  onStarted?(id: string): void;
  onFinished?(result: Outcome): void;
  /** Called before the serial requirements, if there are any. */
  onSerial?(): void;
}

/**
 * Executes requirements in this process: spec files beside each other, then the serial requirements one at a time. Each starts when
 * the results of all that it needs are written; a need that is not among `requirements` is not part of the run and is not waited for.
 * @param run where results are written, and the cluster
 * @param requirements in the order in which they are preferred
 * @throws what kept a result from being written; a requirement that fails is a result
 */
export async function executeRequirements(
  run: RunState,
  requirements: readonly DeclaredRequirement[],
  settings: ExecutionSettings,
): Promise<void> {
  const { parallelFiles, bail = false, recordsWaits = true, signal, onStarted, onFinished, onSerial } = settings;
  const { contextFor = ({ area }: DeclaredRequirement) => areaContext(run, area) } = settings;
  // A simulated cluster shares the processor with what is verified on it: there, nothing is gained, and what is measured takes longer.
  const isSimulated = run.clusterKind === 'simulated';
  const inTurn = (requirement: DeclaredRequirement) => ({ ...requirement, concurrent: false });
  const contexts = new Map<string, Promise<AreaContext>>();
  const contextOf = (requirement: DeclaredRequirement) => {
    const context = contexts.get(requirement.file) ?? contextFor(requirement);
    contexts.set(requirement.file, context);
    return context;
  };
  let isOver = false;
  const execute = async (requirement: DeclaredRequirement) => {
    if (isOver || signal?.aborted) return;
    onStarted?.(requirement.id);
    const thrown: unknown = await runRequirement(requirement, run, () => contextOf(requirement), recordsWaits).then(
      () => undefined,
      (error: unknown) => error,
    );
    const result = readResult(run.directory, requirement.id);
    if (result === undefined) throw thrown ?? new Error(`${requirement.id} ended without a result.`);
    onFinished?.(result);
    isOver ||= bail && result.status === 'failed' && !result.isKnownIssue && !run.notPromised?.includes(result.id);
  };
  await unlessAborted(signal, async () => {
    const prepared = isSimulated ? undefined : prepareFiles(requirements, contextOf);
    const beside = requirements.filter(({ serial }) => !serial);
    await inOrderOfNeeds(isSimulated ? beside.map(inTurn) : beside, parallelFiles, execute);
    // What is still being created would not be removed.
    await prepared;
    const serial = requirements.filter((requirement) => requirement.serial);
    if (serial.length === 0 || isOver) return;
    onSerial?.();
    await inOrderOfNeeds(serial, 1, execute);
  });
}

/** Begins what each spec file shares; a failure is the failure of the requirements that use it. */
async function prepareFiles(
  requirements: readonly DeclaredRequirement[],
  contextOf: (requirement: DeclaredRequirement) => Promise<AreaContext>,
): Promise<void> {
  const firstOfFiles = [...new Map(requirements.map((requirement) => [requirement.file, requirement])).values()];
  const preparing = firstOfFiles.map(async (requirement) => {
    if (requirement.prepare) await requirement.prepare({ ...(await contextOf(requirement)), observed: () => undefined });
  });
  await Promise.allSettled(preparing);
}

async function unlessAborted(signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
  if (signal === undefined) return work();
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

interface Step {
  readonly id: string;
  readonly file: string;
  /** The ids that must be finished before it; those that are no steps count as finished. */
  readonly needs: readonly string[];
  /** Whether it may be executed at the same time as others of its file that are `concurrent`. */
  readonly concurrent?: boolean;
}

/**
 * Executes steps in their order as far as their needs allow it: those of one file one after the other unless they are concurrent, those of
 * several at the same time.
 * @param width how many files at the same time
 * @param execute what it throws ends the whole, after the steps that are running
 * @throws an Error that names the steps which need each other
 */
export async function inOrderOfNeeds<S extends Step>(
  steps: readonly S[],
  width: number,
  execute: (step: S) => Promise<void>,
): Promise<void> {
  const unfinished = new Map(steps.map((step) => [step.id, step]));
  const waiting = new Set(steps);
  const running = new Map<S, Promise<void>>();
  const canStart = ({ file, needs, concurrent = false }: S) => {
    const files = new Set([...running.keys()].map((step) => step.file));
    const isFree = files.has(file)
      ? concurrent && [...running.keys()].every((step) => step.file !== file || step.concurrent)
      : files.size < width;
    return isFree && needs.every((id) => !unfinished.has(id));
  };
  while (unfinished.size > 0) {
    const next = [...waiting].find(canStart);
    if (next) {
      waiting.delete(next);
      const finish = () => {
        unfinished.delete(next.id);
        running.delete(next);
      };
      running.set(next, execute(next).finally(finish));
    } else {
      if (running.size === 0) throw new Error(`These need each other: ${[...unfinished.keys()].join(', ')}.`);
      await Promise.race(running.values());
    }
  }
}
