import { InfrastructureError } from '../errors.ts';
import type { RequirementResult } from '../report/model.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { type Declared, requirementsFor } from './selection.ts';

/** The requirements that no interference with requests changes. */
const ofInstallation =
  /^(manifests|scheduling|access)\/|^probes\/(starts|becomes-ready|liveness-is-declared|readiness-is-declared)$/;

type ControlResult = Pick<RequirementResult, 'id' | 'status' | 'actual' | 'observed'>;

/**
 * Verifies the unchanged exporter that mutants share, as the failure of a requirement says nothing about a mutant when it also fails
 * without one. Only what the mutants are verified with is verified, each requirement one time.
 */
export class Control {
  readonly #verified = new Set<string>();
  readonly #established = new Set<string>();

  /** @param verifyOnly verifies these requirements of the unchanged exporter */
  constructor(
    private readonly declared: readonly Declared[],
    private readonly verifyOnly: (ids: readonly string[]) => Promise<readonly ControlResult[]>,
  ) {}

  /** The ids of the requirements that passed and that no interference with requests changes. */
  get established(): ReadonlySet<string> {
    return this.#established;
  }

  /** Whether all requirements of a mutant were verified, except serial ones. */
  covers(mutant: Mutant): boolean {
    return this.#unverified(mutant).length === 0;
  }

  /**
   * Verifies the requirements of a mutant that were not verified yet, except serial ones. What fails is verified a second time: this
   * judges no deployment, and a moment of load must not end all mutants.
   * @throws InfrastructureError with each failure
   */
  async verify(mutant: Mutant): Promise<void> {
    const ids = this.#unverified(mutant);
    let results = await this.verifyOnly(ids);
    const failedFirst = results.filter(({ status }) => status === 'failed').map(({ id }) => id);
    if (failedFirst.length > 0) results = await this.verifyOnly(failedFirst);
    const failed = results.filter(({ status }) => status === 'failed');
    if (failed.length > 0) {
      const lines = failed.map(({ id, actual, observed }) => `${id}: ${actual ?? observed}`);
      throw new InfrastructureError(`No mutant can be judged, as this fails without any mutant:\n${lines.join('\n')}`);
    }
    for (const id of ids) this.#verified.add(id);
    for (const { id, status } of results) if (status === 'passed' && ofInstallation.test(id)) this.#established.add(id);
  }

  #unverified(mutant: Mutant): readonly string[] {
    const serial = new Set(this.declared.filter((requirement) => requirement.serial).map(({ id }) => id));
    const ids = requirementsFor(mutant, this.declared, this.#established);
    return ids.filter((id) => !serial.has(id) && !this.#verified.has(id));
  }
}
