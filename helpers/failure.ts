/** A requirement that is not met: expected, actual, and the file to open. */
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

/** Thrown where the cluster keeps a requirement from being judged: it is reported as not applicable, with the message as the reason. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/**
 * Verifies a condition.
 * @throws RequirementFailure when the fact does not hold
 */
export function verify(holds: boolean, { expected, actual }: { expected: string; actual: string }): asserts holds {
  if (!holds) throw new RequirementFailure(expected, actual);
}

/**
 * Verifies that a list of findings is empty.
 * @param expected what is true when there is no finding
 * @throws RequirementFailure with all findings, a line each; writers show as many as they have room for
 */
export function verifyNone(findings: readonly string[], expected: string): void {
  if (findings.length === 0) return;
  throw new RequirementFailure(expected, findings.join('\n'));
}
