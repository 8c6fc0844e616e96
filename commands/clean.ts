import { Command } from 'commander';
import { findDocker, listOnDocker, removeFromDocker } from '../helpers/cluster/docker.ts';
import { forgetCluster } from '../helpers/cluster/kept.ts';
import { UsageError } from '../helpers/errors.ts';
import { openCluster } from '../helpers/kube/open.ts';
import { formatReference, referenceOf } from '../helpers/kube/reference.ts';
import { print, printError } from '../helpers/report/print.ts';
import { runLabel } from '../helpers/run/label.ts';
import { listLabelled, removeObjects } from '../helpers/run/remove-objects.ts';
import { runCommand } from './main.ts';

interface CleanOptions {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly reports: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

const program = new Command('npm run clean --')
  .configureOutput({ writeOut: print, writeErr: printError })
  .description('Shows and removes what runs have left: on Docker, or on the cluster that a kubeconfig names.')
  .option('--kubeconfig <path>', 'look on this cluster instead of on Docker; with --context')
  .option('--context <name>', 'the context in that kubeconfig')
  .option('--reports <dir>', 'where a kept cluster is noted', 'reports')
  .option('--all', 'also what belongs to a run on Docker that is, or may be, at work')
  .option('--dry-run', 'show, and remove nothing')
  .exitOverride();

/** @returns the exit code: 0 when nothing is left, or nothing was to be removed */
async function clean(options: CleanOptions): Promise<number> {
  const { kubeconfig, context } = options;
  if ((kubeconfig === undefined) !== (context === undefined)) throw new UsageError('--kubeconfig and --context go together.');
  return kubeconfig === undefined ? cleanDocker(options) : cleanCluster(kubeconfig, context, options);
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

async function cleanCluster(kubeconfig: string, context: string | undefined, { dryRun = false }: CleanOptions): Promise<number> {
  const client = await openCluster(kubeconfig, context);
  const found = await listLabelled(client, runLabel);
  tell(
    found.map((object) => `${formatReference(referenceOf(object))}, of run ${object.metadata.labels?.[runLabel]}`),
    'No run has left an object on this cluster.',
  );
  if (dryRun || found.length === 0) return 0;
  return finish(await removeObjects(client));
}

function tell(found: readonly string[], none: string): void {
  print(`${found.length === 0 ? none : found.join('\n')}\n`);
}

function finish(left: readonly string[]): number {
  print(left.length === 0 ? 'All of it is removed.\n' : `Still there:\n${left.join('\n')}\n`);
  return left.length === 0 ? 0 : 1;
}

await runCommand(async (argv) => clean(program.parse(argv, { from: 'user' }).opts<CleanOptions>()));
