import { InfrastructureError } from '../errors.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { type MutationCluster, removeAllButInstallation } from './mutation-cluster.ts';
import { requirementsFor } from './selection.ts';
import { type Installed, verifyOnly } from './try-mutant.ts';

/** The requirements that no interference with requests changes. */
const ofInstallation =
  /^(manifests|scheduling|access)\/|^probes\/(starts|becomes-ready|liveness-is-declared|readiness-is-declared)$/;

/**
 * Verifies the unchanged exporter that mutants share, as the failure of a requirement says nothing about a mutant when it also fails
 * without one. Only what the mutants are verified with is verified, each requirement one time.
 */
export class Control {
  readonly #verified = new Set<string>();
  readonly #established = new Set<string>();

  constructor(
    private readonly cluster: MutationCluster,
    private readonly installed: Installed,
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
    let results = await this.#verifyOnly(ids);
    const failedFirst = results.filter(({ status }) => status === 'failed').map(({ id }) => id);
    if (failedFirst.length > 0) results = await this.#verifyOnly(failedFirst);
    const failed = results.filter(({ status }) => status === 'failed');
    if (failed.length > 0) {
      const lines = failed.map(({ id, actual, observed }) => `${id}: ${actual ?? observed}`);
      throw new InfrastructureError(`No mutant can be judged, as this fails without any mutant:\n${lines.join('\n')}`);
    }
    for (const id of ids) this.#verified.add(id);
    for (const { id, status } of results) if (status === 'passed' && ofInstallation.test(id)) this.#established.add(id);
  }

  async #verifyOnly(ids: readonly string[]) {
    const { cluster, installed } = this;
    const { results } = await verifyOnly(cluster, `unchanged-${installed.known}`, ids, installed);
    await removeAllButInstallation(cluster, installed.target);
    return results;
  }

  #unverified(mutant: Mutant): readonly string[] {
    const { declared } = this.cluster;
    const serial = new Set(declared.filter((requirement) => requirement.serial).map(({ id }) => id));
    const ids = requirementsFor(mutant, declared, this.#established);
    return ids.filter((id) => !serial.has(id) && !this.#verified.has(id));
  }
}
