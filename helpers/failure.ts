/** A requirement that is not met: what was wanted, what was seen instead, and where to look further. */
export class RequirementFailure extends Error {
  override readonly name: string = 'RequirementFailure';
  constructor(
    readonly expected: string,
    readonly actual: string,
    readonly see?: string,
  ) {
    super(`wanted ${expected}; seen ${actual}`);
  }
}

/** A requirement that this cluster keeps from being judged: it is reported as not applicable, with this as the reason. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/**
 * Holds a fact against what is wanted.
 * @throws RequirementFailure when the fact does not hold
 */
export function verify(holds: boolean, { expected, actual }: { expected: string; actual: string }): asserts holds {
  if (!holds) throw new RequirementFailure(expected, actual);
}

/**
 * Holds a list of findings against none.
 * @param expected what is true when there is no finding
 * @throws RequirementFailure with all findings, a line each; reporters show as many as they have room for
 */
export function verifyNone(findings: readonly string[], expected: string): void {
  if (findings.length === 0) return;
  throw new RequirementFailure(expected, findings.join('\n'));
}
