import ci from 'ci-info';
import { findDocker } from '../cluster/docker.ts';
import { UsageError } from '../errors.ts';
import type { Options } from './options.ts';

/** The banner above a run that is simulated although the user did not choose that. */
const banner = [
  '',
  '  ############################################################################',
  '  #  SIMULATED: no Docker answers, so that no cluster can be booted.         #',
  '  #  This run tries the suite itself. It is no evidence about any exporter.  #',
  '  #  For evidence start Docker, or name a cluster: --cluster kubeconfig.     #',
  '  ############################################################################',
  '',
  '',
].join('\n');

/**
 * The options with a cluster kind: where none is set, k3s if Docker answers, else simulated, with a banner.
 * @param warn prints the banner
 * @param jobOf the CI system that runs this process, as ci-info finds it in the environment that the process started with
 * @throws UsageError in CI without Docker, where a result that proves nothing could pass for evidence
 */
export async function withCluster(
  options: Options,
  warn: (text: string) => void,
  docker: () => Promise<unknown> = findDocker,
  jobOf: { readonly isCI: boolean; readonly name: string | null } = ci,
): Promise<Options & { readonly cluster: NonNullable<Options['cluster']> }> {
  const { cluster } = options;
  if (cluster !== undefined) return { ...options, cluster };
  const answers = await docker().then(
    () => true,
    (error: unknown) => {
      if (error instanceof UsageError) return false;
      throw error;
    },
  );
  if (answers) return { ...options, cluster: 'k3s' };
  if (jobOf.isCI) {
    throw new UsageError(
      `No Docker answers, and in CI (${jobOf.name ?? 'a variable such as CI or BUILD_ID is set'}) no simulated cluster takes its place: ` +
        'give the job a Docker, name a cluster with --cluster kubeconfig --kubeconfig FILE --context NAME, or simulate one ' +
        'with --cluster simulated. On a machine that is no CI, set CI=false.',
    );
  }
  warn(banner);
  return { ...options, cluster: 'simulated' };
}
