import type { Cleanup } from '../cluster/cleanups.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import type { Progress, ProgressOutput } from '../report/progress.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { Interruption } from './interruption.ts';
import type { Options } from './options.ts';
import type { Phases } from './phases.ts';
import type { ClusterOfRun } from './plan-of-run.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What a run is asked to do. */
export interface ConformanceRun {
  /** The run's id. */
  readonly id: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/** What the parts of a run work with. */
export interface Work {
  readonly run: ConformanceRun;
  readonly under: TargetOfRun;
  /** Where the run's state and results go. */
  readonly directory: string;
  readonly phases: Phases;
  readonly progress: Progress;
  readonly reaper: Reaper;
  /** Filled in as it becomes known. */
  readonly cluster: ClusterOfRun;
  onCleanup(cleanup: Cleanup): void;
}
