import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Undo } from '../helpers/cluster/provide.ts';
import { startReaper } from '../helpers/cluster/start-reaper.ts';
import { didYouMean } from '../helpers/config/nearest.ts';
import { parseOptions } from '../helpers/config.ts';
import { InfrastructureError, UsageError } from '../helpers/errors.ts';
import { type NamedMutants, tryMutants } from '../helpers/mutation/all-mutants.ts';
import { coverageFaults } from '../helpers/mutation/coverage.ts';
import { markdownTable, progressLine, summary } from '../helpers/mutation/table.ts';
import { declaredRequirements } from '../helpers/requirement/declared.ts';
import { Interruption } from '../helpers/run/interruption.ts';
import { newRunId } from '../helpers/run/label.ts';
import { mutants } from '../mutants/index.ts';
import { withoutMutant } from '../mutants/without.ts';

const help = `npm run mutants -- [options]
  Tries every deliberate defect in one cluster: exactly the requirements that it names must fail.

  --cluster KIND       k3s, the default, or simulated
  --k3s-image IMAGE    the node of the cluster that is booted
  --only NAME,...      these mutants alone; a name may end in *
  --list               show the mutants and end
  --reports DIR        where mutants.json and mutants.md are written (reports)
`;

const options = {
  cluster: { type: 'string', default: 'k3s' },
  'k3s-image': { type: 'string' },
  only: { type: 'string' },
  list: { type: 'boolean', default: false },
  reports: { type: 'string', default: 'reports' },
  help: { type: 'boolean', default: false },
} as const;

async function main(argv: readonly string[]): Promise<number> {
  const given = valuesOf(argv);
  if (given.help) return say(help);
  const chosen = choose(given.only);
  const declared = await declaredRequirements();
  const faults = coverageFaults(
    declared.map(({ id }) => id),
    Object.values(mutants),
    withoutMutant,
  );
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  if (given.list)
    return say(chosen.map(([name, { sentence, fails }]) => `${name}\n    ${sentence}\n    ${fails.join(', ')}\n`).join(''));
  if (given.cluster === 'kubeconfig') throw new UsageError('Mutants are never let loose on a cluster that exists.');

  const image = given['k3s-image'];
  const forCluster = ['--cluster', given.cluster, '--reports', given.reports, ...(image ? ['--k3s-image', image] : [])];
  const interruption = new Interruption();
  interruption.listen((line) => process.stderr.write(`\n${line}\n`));
  const undos: Undo[] = [];
  const request = {
    run: newRunId(),
    options: parseOptions(forCluster, process.env),
    declared,
    reaper: startReaper(),
    signal: interruption.signal,
  };
  try {
    const judgements = await tryMutants(request, chosen, {
      tell: (judgement) => say(`${progressLine(judgement)}\n`),
      onUndo: (undo) => undos.unshift(undo),
    });
    mkdirSync(given.reports, { recursive: true });
    const evidence = given.cluster === 'simulated' ? 'simulated' : 'live';
    writeFileSync(join(given.reports, 'mutants.json'), `${JSON.stringify({ evidence, judgements }, undefined, 2)}\n`);
    writeFileSync(join(given.reports, 'mutants.md'), markdownTable(judgements));
    say(`\n${evidence === 'simulated' ? 'SIMULATED: ' : ''}${summary(judgements)}\n`);
    return interruption.exitCode ?? (judgements.every(({ fate }) => fate === 'right') ? 0 : 1);
  } finally {
    for (const { undo } of undos) for (const left of await undo()) say(`left behind: ${left}\n`);
  }
}

function valuesOf(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** @throws UsageError for a name that no mutant has */
function choose(only: string | undefined): NamedMutants {
  const all = Object.entries(mutants);
  if (only === undefined) return all;
  const names = only.split(',').map((name) => name.trim());
  const matches = (name: string, wanted: string) =>
    wanted.endsWith('*') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
  for (const wanted of names) {
    if (!all.some(([name]) => matches(name, wanted))) {
      throw new UsageError(`There is no mutant "${wanted}"${didYouMean(wanted, Object.keys(mutants))}`);
    }
  }
  return all.filter(([name]) => names.some((wanted) => matches(name, wanted)));
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof UsageError || error instanceof InfrastructureError ? error.message : (error as Error).stack}\n`,
    );
    process.exit(error instanceof UsageError ? 2 : 3);
  },
);
