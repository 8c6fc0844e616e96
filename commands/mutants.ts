import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startReaper } from '../helpers/cluster/start-reaper.ts';
import { UsageError } from '../helpers/errors.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { coverageFaults, withoutMutant } from '../helpers/mutation/coverage.ts';
import type { Judgement } from '../helpers/mutation/judgement.ts';
import { MutantQueue } from '../helpers/mutation/mutant-queue.ts';
import { mutants } from '../helpers/mutation/mutants.ts';
import {
  comparisonTable,
  disagreements,
  mergeRecords,
  progressLine,
  readRecord,
  summary,
  writeRecord,
} from '../helpers/mutation/record.ts';
import { runOnOneCluster } from '../helpers/mutation/run-mutants.ts';
import { chooseMutants } from '../helpers/mutation/selection.ts';
import { clusterCount, runInWorkers } from '../helpers/mutation/workers.ts';
import { print, printError } from '../helpers/print.ts';
import { withSection } from '../helpers/report/markdown.ts';
import type { Interruption } from '../helpers/run/interruption.ts';
import { type Options, parseOptions } from '../helpers/run/options.ts';
import { openReports } from '../helpers/run/reports-directory.ts';
import { type DeclaredRequirement, declaredRequirements } from '../helpers/suite/declared.ts';
import type { Mutant } from '../helpers/suite/mutant/mutant.ts';
import { bySetting, fits, needOf, optionsFor } from '../helpers/suite/mutant/setting.ts';
import { runCommand } from './main.ts';

const help = `npm run mutants -- [options]
  Tries every deliberate defect: exactly the requirements that it names must fail.

  --cluster KIND       k3s, the default: all in one cluster; or simulated: in several at once
  --k3s-image IMAGE    the node of the cluster that is booted, whose release is simulated
  --agents N           nodes beside the server (0); some mutants need one, and are skipped without
  --only NAME,...      only these mutants; a name may end in *
  --list               show the mutants and end
  --reports DIR        where mutants.json and mutants.md are written (reports)
  --compare FILE...    compare the mutants.json of live runs with those of simulated ones: the clusters must agree,
                       requirement by requirement
  --into PAGE          with --compare: write the table of both into the section 'mutants' of this page
`;

const options = {
  cluster: { type: 'string', default: 'k3s' },
  'k3s-image': { type: 'string' },
  agents: { type: 'string' },
  only: { type: 'string' },
  list: { type: 'boolean', default: false },
  reports: { type: 'string', default: 'reports' },
  compare: { type: 'boolean', default: false },
  into: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function main(argv: readonly string[], interruption: Interruption): Promise<number> {
  const { values: given, positionals } = valuesOf(argv);
  if (given.help) return say(help);
  if (given.compare) return compare(positionals, given.into);
  const chosen = chooseMutants(Object.values(mutants), given.only);
  const declared = await declaredRequirements();
  const faults = coverageFaults(
    declared.map(({ id }) => id),
    Object.values(mutants),
    withoutMutant,
  );
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  if (given.list)
    return say(chosen.map(({ name, sentence, fails }) => `${name}\n    ${sentence}\n    ${fails.join(', ')}\n`).join(''));
  if (given.cluster === 'kubeconfig') throw new UsageError('Mutants are never let loose on a cluster that exists.');
  const { 'k3s-image': image, agents } = given;
  const forCluster = (reports: string) => [
    ...['--cluster', given.cluster, '--reports', reports],
    ...(image ? ['--k3s-image', image] : []),
    ...(agents ? ['--agents', agents] : []),
  ];
  const directory = openReports(given.reports, newRunId());
  try {
    return await tryAll(chosen, declared, parseOptions(forCluster(given.reports), process.env), forCluster, interruption);
  } finally {
    directory.release();
  }
}

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
  const report = (judgement: Judgement) => {
    judgements.push(judgement);
    say(`${progressLine(judgement)}\n`);
    // An interruption keeps the judgements so far.
    writeRecord(reports, recorded());
  };
  const fitting = chosen.filter(({ setting = {} }) => fits(setting, parsed));
  const others = chosen.filter((mutant) => !fitting.includes(mutant));
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
    if (fitting.length === 0)
      throw new UsageError(`The cluster is not as these mutants need it: ${others.map(skipped).join('; ')}.`);
    const leftBehind = (name: string) => say(`left behind: ${name}\n`);
    await runOnOneCluster({ options: parsed, declared, signal }, fitting, { report, leftBehind, reaper: startReaper(reports) });
    for (const mutant of others) say(`- skipped: ${skipped(mutant)}\n`);
  }
  const expected = evidence === 'simulated' ? chosen.length : fitting.length;
  const record = recorded();
  writeRecord(reports, record);
  const { judgements: sorted, durationMs } = record;
  say(`\n${evidence === 'simulated' ? 'SIMULATED: ' : ''}${summary(sorted, durationMs, expected)}\n`);
  return interruption.exitCode ?? (sorted.length === expected && sorted.every(({ fate }) => fate === 'killed') ? 0 : 1);
}

/** `nobodyIsPlacedOnAnAgent needs --agents 1` */
function skipped({ name, setting = {} }: Mutant): string {
  return `${name} needs ${needOf(setting)}`;
}

/** @returns 1 when they do not agree */
function compare(files: readonly string[], page: string | undefined): number {
  const records = files.map(readRecord);
  const [live, simulated] = [mergeRecords(records, 'live'), mergeRecords(records, 'simulated')];
  const section = { name: 'mutants', command: 'mutants' };
  if (page !== undefined) writeFileSync(page, withSection(readFileSync(page, 'utf8'), section, comparisonTable(live, simulated)));
  const differences = disagreements(live, simulated);
  const verdict = differences.length === 0 ? 'The clusters agree.' : `${differences.length} differences.`;
  say([...differences, `${live.judgements.length} mutants. ${verdict}`, ''].join('\n'));
  return differences.length === 0 ? 0 : 1;
}

function valuesOf(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: argv.includes('--compare') });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function say(text: string): number {
  print(text);
  return 0;
}

await runCommand(main);
