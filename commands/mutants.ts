import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { startReaper } from '../helpers/cluster/start-reaper.ts';
import { UsageError } from '../helpers/errors.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { coverageFaults, withoutMutant } from '../helpers/mutation/coverage.ts';
import type { Judgement } from '../helpers/mutation/judgement.ts';
import { MutantQueue } from '../helpers/mutation/mutant-queue.ts';
import { mutants } from '../helpers/mutation/mutants.ts';
import { disagreements, mergeRecords, progressLine, readRecord, summary, writeRecord } from '../helpers/mutation/record.ts';
import { runOnOneCluster } from '../helpers/mutation/run-mutants.ts';
import { chooseMutants } from '../helpers/mutation/selection.ts';
import { clusterCount, runInWorkers } from '../helpers/mutation/workers.ts';
import { print, printError } from '../helpers/print.ts';
import type { Interruption } from '../helpers/run/interruption.ts';
import { addRunOptions } from '../helpers/run/option-definitions.ts';
import { type Options, optionsOf, parseOptions } from '../helpers/run/options.ts';
import { openReports } from '../helpers/run/reports-directory.ts';
import { type DeclaredRequirement, declaredRequirements } from '../helpers/suite/declared.ts';
import type { Mutant } from '../helpers/suite/mutant/mutant.ts';
import { bySetting, fits, needOf, optionsFor } from '../helpers/suite/mutant/setting.ts';
import type { CommandDefinition } from './command.ts';

interface MutantOptions {
  readonly cluster: string;
  readonly only?: string;
  readonly list?: boolean;
  readonly compare?: boolean;
}

export const mutantsCommand: CommandDefinition = {
  define: (command) =>
    addRunOptions(
      command
        .argument('[file...]', 'with --compare: records of live and of simulated runs, mutants.json')
        .addOption(
          new Option(
            '--cluster <KIND>',
            'k3s tries all in one cluster, simulated in several at the same time; never an existing one',
          )
            .choices(['k3s', 'simulated'])
            .default('k3s'),
        )
        .option('--only <NAME,...>', 'only these mutants; a name may end in *')
        .option('--list', 'list the mutants and exit')
        .option(
          '--compare',
          'compare records of live runs with those of simulated runs: requirement by requirement, they must agree',
        ),
      { only: ['k3s-image', 'agents', 'reports'] },
    ),
  run: runMutants,
};

async function runMutants(command: Command, interruption: Interruption): Promise<number> {
  const given = command.opts<MutantOptions>();
  if (given.compare) return compare(command.args);
  if (command.args.length > 0) throw new UsageError(`The file ${command.args[0]} has no meaning without --compare.`);
  const chosen = chooseMutants(Object.values(mutants), given.only);
  const declared = await declaredRequirements();
  const faults = coverageFaults(
    declared.map(({ id }) => id),
    Object.values(mutants),
    withoutMutant,
  );
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  if (given.list) {
    print(chosen.map(({ name, sentence, fails }) => `${name}\n    ${sentence}\n    ${fails.join(', ')}\n`).join(''));
    return 0;
  }
  const { k3sImage, agents, reports } = optionsOf(command);
  const forCluster = (directory: string) => [
    ...['--cluster', given.cluster, '--reports', directory, '--k3s-image', k3sImage],
    ...['--agents', String(agents)],
  ];
  const directory = openReports(reports, newRunId());
  try {
    return await tryAll(chosen, declared, parseOptions(forCluster(reports)), forCluster, interruption);
  } finally {
    directory.release();
  }
}

/** The least time between two writings of the record while mutants are tried. */
const WRITING_INTERVAL_MS = 10_000;

async function tryAll(
  chosen: readonly Mutant[],
  declared: readonly DeclaredRequirement[],
  parsed: Options,
  forCluster: (reports: string) => readonly string[],
  interruption: Interruption,
): Promise<number> {
  const { cluster, reports, k3sImage } = parsed;
  const startedAt = new Date();
  interruption.listen((line) => printError(`\n${line}\n`));
  const { signal } = interruption;
  const judgements: Judgement[] = [];
  const evidence = cluster === 'simulated' ? 'simulated' : 'live';
  const kubernetes = /v\d+\.\d+\.\d+/.exec(k3sImage)?.[0] ?? k3sImage;
  const order = chosen.map(({ name }) => name);
  const recorded = () => {
    const sorted = [...judgements].sort((left, right) => order.indexOf(left.name) - order.indexOf(right.name));
    const durationMs = Date.now() - startedAt.getTime();
    return { evidence, kubernetes, startedAt: startedAt.toISOString(), durationMs, judgements: sorted } as const;
  };
  let writtenAt = performance.now();
  const report = (judgement: Judgement) => {
    judgements.push(judgement);
    print(`${progressLine(judgement)}\n`);
    // A killed run keeps its judgements; simulated ones arrive so fast that each writing would be of hundreds.
    if (performance.now() - writtenAt < WRITING_INTERVAL_MS) return;
    writeRecord(reports, recorded());
    writtenAt = performance.now();
  };
  const fitting = chosen.filter(({ setting = {} }) => fits(setting, parsed));
  const others = chosen.filter((mutant) => !fitting.includes(mutant));
  if (evidence === 'live' && fitting.length === 0)
    throw new UsageError(`The cluster is not as these mutants need it: ${others.map(unmetNeed).join('; ')}.`);
  try {
    if (evidence === 'simulated') {
      const groups = [
        ...(fitting.length > 0 ? [{ setting: {}, mutants: fitting }] : []),
        ...bySetting(others.map((mutant) => [mutant.name, mutant] as const)).map(({ setting, mutants: pairs }) => ({
          setting,
          mutants: pairs.map(([, mutant]) => mutant),
        })),
      ];
      const clusters = groups.flatMap(({ setting, mutants: some }, group) => {
        const queue = new MutantQueue(some);
        return Array.from({ length: clusterCount(some.length) }, (_, number) => ({
          options: [...forCluster(join(reports, 'clusters', `${group}-${number}`)), ...optionsFor(setting)],
          queue,
        }));
      });
      await runInWorkers(clusters, { report, signal });
    } else {
      const leftBehind = (name: string) => print(`left behind: ${name}\n`);
      await runOnOneCluster({ options: parsed, declared, signal }, fitting, { report, leftBehind, reaper: startReaper(reports) });
      for (const mutant of others) print(`- skipped: ${unmetNeed(mutant)}\n`);
    }
  } finally {
    writeRecord(reports, recorded());
  }
  const expected = evidence === 'simulated' ? chosen.length : fitting.length;
  const { judgements: sorted, durationMs } = recorded();
  print(`\n${evidence === 'simulated' ? 'SIMULATED: ' : ''}${summary(sorted, durationMs, expected)}\n`);
  return interruption.exitCode ?? (sorted.length === expected && sorted.every(({ fate }) => fate === 'killed') ? 0 : 1);
}

/** `nobody-is-placed-on-an-agent needs --agents 1` */
function unmetNeed({ name, setting = {} }: Mutant): string {
  return `${name} needs ${needOf(setting)}`;
}

/** @returns 1 when they do not agree */
function compare(files: readonly string[]): number {
  const records = files.map(readRecord);
  const [live, simulated] = [mergeRecords(records, 'live'), mergeRecords(records, 'simulated')];
  const differences = disagreements(live, simulated);
  const verdict = differences.length === 0 ? 'The clusters agree.' : `${differences.length} differences.`;
  print([...differences, `${live.judgements.length} mutants. ${verdict}`, ''].join('\n'));
  return differences.length === 0 ? 0 : 1;
}
