import { findDocker, listOnDocker, removeFromDocker } from '../helpers/cluster/docker.ts';
import { forgetCluster } from '../helpers/cluster/kept.ts';
import { UsageError } from '../helpers/errors.ts';
import { openCluster } from '../helpers/kube/open.ts';
import { print } from '../helpers/print.ts';
import { cleanCluster } from '../helpers/run/clean-cluster.ts';
import type { CommandDefinition } from './command.ts';

interface CleanOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly reports: string;
  readonly run?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

export const clean: CommandDefinition = {
  define: (command) =>
    command
      .option('--kubeconfig <path>', 'clean this cluster instead of Docker; with --context')
      .option('--context <name>', 'the context in that kubeconfig')
      .option('--reports <dir>', 'where a kept cluster is noted, and where the records are of what runs created', 'reports')
      .option('--run <id>', 'on that cluster: what this run created, even if it is in progress')
      .option('--all', 'also what belongs to a run on Docker that is, or may be, in progress')
      .option('--dry-run', 'list, and remove nothing'),
  run: (command) => cleanUp(command.opts<CleanOptions>()),
};

/** @returns the exit code: 0 when nothing is left, or nothing was to be removed */
async function cleanUp(options: CleanOptions): Promise<number> {
  const { kubeconfig, context } = options;
  if ((kubeconfig === undefined) !== (context === undefined)) throw new UsageError('--kubeconfig and --context go together.');
  if (kubeconfig === undefined) {
    if (options.run !== undefined) throw new UsageError('--run goes with --kubeconfig and --context.');
    return cleanDocker(options);
  }
  const { reports, run, dryRun = false } = options;
  const client = await openCluster(kubeconfig, context);
  const left = await cleanCluster(client, {
    reports,
    dryRun,
    print: (line) => print(`${line}\n`),
    ...(run === undefined ? {} : { run }),
  });
  return left === 0 ? 0 : 1;
}

async function cleanDocker({ dryRun = false, all = false, reports }: CleanOptions): Promise<number> {
  const docker = await findDocker();
  const { leftovers, inUse } = await listOnDocker(docker);
  const found = all ? [...leftovers, ...inUse] : leftovers;
  print(`${found.length === 0 ? 'Runs that have ended left no container and no network on this Docker.' : found.join('\n')}\n`);
  if (!all) for (const line of inUse) print(`Not a leftover: ${line}. --all removes it as well.\n`);
  if (dryRun || found.length === 0) return 0;
  const left = await removeFromDocker(docker, all ? 'all' : 'leftovers');
  forgetCluster(reports);
  return finish(left);
}

function finish(left: readonly string[]): number {
  print(left.length === 0 ? 'Everything is removed.\n' : `Not removed:\n${left.join('\n')}\n`);
  return left.length === 0 ? 0 : 1;
}
