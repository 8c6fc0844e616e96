/** A requirement that is not met: what was expected, what was observed, and the file that shows more. */
export class RequirementFailure extends Error {
  override readonly name: string = 'RequirementFailure';
  constructor(
    readonly expected: string,
    readonly actual: string,
    readonly see?: string,
  ) {
    super(`expected ${expected}; actual: ${actual}`);
  }
}

/** A requirement that cannot be judged on this cluster: it is reported as not applicable, with the message as the reason. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** @throws RequirementFailure unless the fact holds */
export function verify(holds: boolean, { expected, actual }: { expected: string; actual: string }): asserts holds {
  if (!holds) throw new RequirementFailure(expected, actual);
}

/**
 * Verifies that there are no findings.
 * @param expected what holds without findings
 * @throws RequirementFailure with every finding on a line of its own; reporters shorten the list
 */
export function verifyNone(findings: readonly string[], expected: string): void {
  if (findings.length === 0) return;
  throw new RequirementFailure(expected, findings.join('\n'));
}
