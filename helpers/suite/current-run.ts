import { RUN_DIRECTORY } from '../run-directory.ts';
import { type RunState, readRunState } from './run-state.ts';

/** The environment variable in which the command tells jest whether it verifies the serial requirements. */
export const SERIAL = 'CONFORMANCE_RUNS_ALONE';

/** Whether this process verifies what may only begin when all else is over. */
export function isSerial(): boolean {
  return process.env[SERIAL] !== undefined;
}

/** Whether this process verifies for a run. */
export function isInRun(): boolean {
  return process.env[RUN_DIRECTORY] !== undefined;
}

/**
 * Where the state of the run is, or will be, that this worker belongs to.
 * @throws an Error when jest was started by hand instead of by the command
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
