import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { wholeNumber } from '../helpers/command-line.ts';
import { UsageError } from '../helpers/errors.ts';
import { ExistingCluster } from '../helpers/mutation/faults/existing-cluster.ts';
import { faultTable, formatFaultResult } from '../helpers/mutation/faults/fault-table.ts';
import type { Expectation } from '../helpers/mutation/faults/planned-fault.ts';
import { faultMatrix, formatPlannedFault } from '../helpers/mutation/faults/planned-fault.ts';
import { type FaultResult, hasNoProblems, tryFault } from '../helpers/mutation/faults/try-fault.ts';
import { print } from '../helpers/print.ts';
import type { CommandDefinition } from './command.ts';

interface FaultOptions {
  readonly only?: RegExp;
  readonly strangers: number;
  readonly clusters: number;
  readonly reports: string;
  readonly list?: boolean;
}

const count = wholeNumber('objects or clusters', { min: 1, max: 99_999 });

export const faults: CommandDefinition = {
  define: (command) =>
    command
      .option('--only <pattern>', 'the faults whose phase and title this regular expression matches', regularExpression)
      .option('--strangers <count>', 'how many objects of others there are', count, 1000)
      .option('--clusters <count>', 'how many clusters there are, each with one run at a time', count, 2)
      .option('--reports <dir>', 'where faults.md is written', 'reports')
      .option('--list', 'list the faults and exit'),
  run: (command) => tryFaults(command.opts<FaultOptions>()),
};

/** @returns 1 when an object was lost, one was left unnamed, the exporter was blamed, or a run did not end as it should */
async function tryFaults({ only, strangers, clusters, reports, list = false }: FaultOptions): Promise<number> {
  const chosen = faultMatrix.filter((expectation) => only?.test(nameOf(expectation)) ?? true);
  if (chosen.length === 0) throw new UsageError('No fault matches --only; --list lists all of them.');
  if (list) {
    print(chosen.map((expectation) => `${nameOf(expectation)}\n`).join(''));
    return 0;
  }
  const queue = [...chosen];
  const judged = new Map<Expectation, FaultResult>();
  const tryNext = async () => {
    let cluster = await ExistingCluster.start({ foreignObjects: strangers });
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await tryFault(cluster, next);
      judged.set(next, result);
      print(`${formatFaultResult(result)}\n`);
      cluster = await cluster.restored();
    }
    await cluster.stop();
  };
  await Promise.all(Array.from({ length: Math.min(clusters, chosen.length) }, tryNext));
  const results = chosen.flatMap((expectation) => judged.get(expectation) ?? []);
  const table = faultTable(results, strangers);
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, 'faults.md'), table);
  print(`\n${table}`);
  return results.every(hasNoProblems) ? 0 : 1;
}

/** `removal DELETE: 403` */
function nameOf({ fault }: Expectation): string {
  return `${fault.phase} ${formatPlannedFault(fault)}`;
}

function regularExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
