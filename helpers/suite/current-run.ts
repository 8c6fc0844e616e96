import { RUN_DIRECTORY } from '../run-directory.ts';
import { type RunState, readRunState } from './run-state.ts';

/** The environment variable that is set where jest verifies the serial requirements. */
export const SERIAL = 'CONFORMANCE_RUNS_ALONE';

/** Whether this process verifies the serial requirements, which begin after all others. */
export function isSerial(): boolean {
  return process.env[SERIAL] !== undefined;
}

/** Whether this process belongs to a run. */
export function isInRun(): boolean {
  return process.env[RUN_DIRECTORY] !== undefined;
}

/**
 * The directory of the run that this worker belongs to.
 * @throws an Error when the process belongs to no run
 */
export function runDirectory(): string {
  const directory = process.env[RUN_DIRECTORY];
  if (directory !== undefined) return directory;
  throw new Error('The specs need a cluster that `npm run e2e` boots; start them with that command (`--only AREA` for a part).');
}

let state: RunState | undefined;

/** The run that this worker belongs to. */
export function currentRun(): RunState {
  state ??= readRunState(runDirectory());
  return state;
}
