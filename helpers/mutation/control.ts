import { InfrastructureError } from '../errors.ts';
import type { Bench } from './bench.ts';
import { clearBeside } from './clear.ts';
import { type Installed, verifyOnly } from './try-mutant.ts';

const ofTheInstallation =
  /^(manifests|scheduling|access)\/|^probes\/(starts|becomes-ready|liveness-is-declared|readiness-is-declared)$/;

/**
 * Verifies the deployment as it is: where a requirement fails without any defect, its failure says nothing about one.
 * @returns the ids that hold and that nothing on the way to the exporter can change
 * @throws InfrastructureError with what failed
 */
export async function verifyUnchanged(bench: Bench, installed: Installed): Promise<ReadonlySet<string>> {
  const only = bench.declared.filter(({ serial }) => !serial).map(({ id }) => id);
  const verify = (ids: readonly string[]) => verifyOnly(bench, `unchanged-${installed.known}`, ids, installed);
  const { results } = await verify(only);
  const failuresIn = (all: typeof results) => all.filter(({ status }) => status === 'failed');
  let failed = failuresIn(results);
  if (failed.length > 0) {
    // Once more, as this judges no deployment: a machine that was too busy for a moment must not end all mutants.
    await clearBeside(bench, installed.target);
    failed = failuresIn((await verify(failed.map(({ id }) => id))).results);
  }
  if (failed.length > 0) {
    const lines = failed.map(({ id, actual, observed }) => `${id}: ${actual ?? observed}`);
    throw new InfrastructureError(`Without any defect this fails, so that no mutant can be judged:\n${lines.join('\n')}`);
  }
  const passed = results.filter(({ id, status }) => status === 'passed' && ofTheInstallation.test(id));
  return new Set(passed.map(({ id }) => id));
}
