/** What the user asked for cannot be done: said before anything starts, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The cluster, not the exporter, failed: exit code 3. */
export class InfrastructureError extends Error {
  override readonly name = 'InfrastructureError';
}

/** The suite itself cannot go on, for a reason that needs no stack: exit code 4. */
export class SuiteError extends Error {
  override readonly name = 'SuiteError';
}
