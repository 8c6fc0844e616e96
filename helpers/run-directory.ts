/** The environment variable by which the workers of a run find its directory. */
export const RUN_DIRECTORY = 'CONFORMANCE_RUN_DIRECTORY';
