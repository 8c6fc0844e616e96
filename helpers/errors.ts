/** The command line, the environment or a file that it names is invalid: reported before anything starts, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The cluster failed, not the exporter: exit code 3. */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError';
}

/** The suite itself cannot continue, and its message explains why without a stack: exit code 4. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
}
