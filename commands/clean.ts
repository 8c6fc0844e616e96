import { Command } from 'commander';
import { findDocker, listOnDocker, removeFromDocker } from '../helpers/cluster/docker.ts';
import { forgetCluster } from '../helpers/cluster/kept.ts';
import { UsageError } from '../helpers/errors.ts';
import { openCluster } from '../helpers/kube/open.ts';
import { print, printError } from '../helpers/print.ts';
import { cleanCluster } from '../helpers/run/clean-cluster.ts';
import { runCommand } from './main.ts';

interface CleanOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly reports: string;
  readonly run?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

const program = new Command('npm run clean --')
  .configureOutput({ writeOut: print, writeErr: printError })
  .description('Shows and removes what runs have left: on Docker, or on the cluster that a kubeconfig names.')
  .option('--kubeconfig <path>', 'look on this cluster instead of on Docker; with --context')
  .option('--context <name>', 'the context in that kubeconfig')
  .option('--reports <dir>', 'where a kept cluster is noted, and where the records are of what runs created', 'reports')
  .option('--run <id>', 'on that cluster: what this run created, even if it is at work')
  .option('--all', 'also what belongs to a run on Docker that is, or may be, at work')
  .option('--dry-run', 'show, and remove nothing')
  .exitOverride();

/** @returns the exit code: 0 when nothing is left, or nothing was to be removed */
async function clean(options: CleanOptions): Promise<number> {
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
  tell(found, 'No run that is over has left a container or a network on this Docker.');
  if (!all && inUse.length > 0)
    tell(
      inUse.map((line) => `Not a leftover: ${line}. --all takes it as well.`),
      '',
    );
  if (dryRun || found.length === 0) return 0;
  const left = await removeFromDocker(docker, all ? 'all' : 'leftovers');
  forgetCluster(reports);
  return finish(left);
}

function tell(found: readonly string[], none: string): void {
  print(`${found.length === 0 ? none : found.join('\n')}\n`);
}

function finish(left: readonly string[]): number {
  print(left.length === 0 ? 'All of it is removed.\n' : `Still there:\n${left.join('\n')}\n`);
  return left.length === 0 ? 0 : 1;
}

await runCommand(async (argv) => clean(program.parse(argv, { from: 'user' }).opts<CleanOptions>()));
