import { deriveWorkloads } from '../exporter/target.ts';
import { type AreaContext, areaContext } from '../suite/context.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { type Outcome, readResult } from '../suite/result-file.ts';
import { runRequirement, subjectsOf } from '../suite/run-requirement.ts';
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
 * Executes requirements in this process: spec files beside each other, then the serial requirements that disturb others one at a time. Each
 * starts when the results of all that it needs are written; a need that is not among `requirements` is not part of the run and is not waited for.
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
  const disturbs = disturbing(run, requirements);
  await unlessAborted(signal, async () => {
    const prepared = isSimulated ? undefined : prepareEarly(requirements, contextOf);
    const beside = requirements.filter((requirement) => !disturbs.has(requirement));
    const steps = beside.map((requirement) => (requirement.serial ? { ...requirement, free: true } : requirement));
    await inOrderOfNeeds(isSimulated ? steps.map(inTurn) : longestFirst(steps), parallelFiles, execute);
    // What is still being created would not be removed.
    await prepared;
    const serial = requirements.filter((requirement) => disturbs.has(requirement));
    if (serial.length === 0 || isOver) return;
    onSerial?.();
    await inOrderOfNeeds(serial, 1, execute);
  });
}

/**
 * The serial requirements that disturb others. Those that only disturb pods of their own do not, except on a simulated cluster, where all are
 * executed in turn, and on one that exists, where the exporter has no copies.
 */
function disturbing(
  { clusterKind, manifests, targetName }: RunState,
  requirements: readonly DeclaredRequirement[],
): ReadonlySet<DeclaredRequirement> {
  const serial = requirements.filter((requirement) => requirement.serial);
  if (clusterKind !== 'k3s' || serial.every(({ besideOthers }) => besideOthers === undefined)) return new Set(serial);
  const workloads = deriveWorkloads(manifests, { name: targetName });
  return new Set(serial.filter(({ besideOthers }) => besideOthers?.(workloads) !== true));
}

/** The longest first: they get a place as soon as their needs allow it, and the others take turns in those that are left. */
function longestFirst<S extends Pick<DeclaredRequirement, 'long'>>(steps: readonly S[]): readonly S[] {
  return [...steps.filter(({ long }) => long), ...steps.filter(({ long }) => !long)];
}

/** Begins what takes long to start; a failure is the failure of the requirements that use it. */
async function prepareEarly(
  requirements: readonly DeclaredRequirement[],
  contextOf: (requirement: DeclaredRequirement) => Promise<AreaContext>,
): Promise<void> {
  // What the requirements of a file share is begun once.
  const distinct = new Map(requirements.map((requirement) => [requirement.prepare ?? requirement.file, requirement]));
  const preparing = [...distinct.values()].map(async (requirement) => {
    if (!requirement.prepare) return;
    const shared = await contextOf(requirement);
    const contexts = subjectsOf(requirement, shared);
    await Promise.all(contexts.map((context) => requirement.prepare?.({ ...context, observed: () => undefined })));
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
  /** Whether it is executed as soon as its needs allow it, whatever else of its file or of others is executed. */
  readonly free?: boolean;
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
  const canStart = ({ file, needs, concurrent = false, free = false }: S) => {
    const counted = [...running.keys()].filter((step) => !step.free);
    const files = new Set(counted.map((step) => step.file));
    const hasPlace = files.has(file)
      ? concurrent && counted.every((step) => step.file !== file || step.concurrent)
      : files.size < width;
    return (free || hasPlace) && needs.every((id) => !unfinished.has(id));
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
