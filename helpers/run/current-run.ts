import { type RunState, readRunState } from './run-state.ts';

/** The environment variable in which the command tells its workers where the run's state is. */
export const RUN_DIRECTORY = 'CONFORMANCE_RUN_DIRECTORY';

/** Whether this process verifies for a run. */
export function isInRun(): boolean {
  return process.env[RUN_DIRECTORY] !== undefined;
}

let state: RunState | undefined;

/**
 * The run that this worker belongs to.
 * @throws an Error when jest was started by hand instead of by the command
 */
export function currentRun(): RunState {
  if (state) return state;
  const directory = process.env[RUN_DIRECTORY];
  if (directory === undefined) {
    throw new Error(
      'The specs need a cluster that `npm run e2e` boots; start them with that command (`--only AREA` for a part).',
    );
  }
  state = readRunState(directory);
  return state;
}
