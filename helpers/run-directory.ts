/** The environment variable with the run's directory, for the processes of a run. */
export const RUN_DIRECTORY = 'CONFORMANCE_RUN_DIRECTORY';
