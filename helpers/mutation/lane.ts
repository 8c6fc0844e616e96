import { once } from 'node:events';
import type { Cleanup } from '../cluster/undos.ts';
import { newRunId } from '../kube/run-label.ts';
import { printError } from '../print.ts';
import { INFRASTRUCTURE_EXIT_CODE, SUITE_EXIT_CODE } from '../report/verdict.ts';
import { isClusterFailure } from '../run/ending.ts';
import { Interruption } from '../run/interruption.ts';
import { parseOptions } from '../run/options.ts';
import { declaredRequirements } from '../suite/declared.ts';
import { type NamedMutant, tryMutants } from './all-mutants.ts';
import { provideBench } from './bench.ts';
import type { FromLane, ToLane } from './lanes.ts';
import { mutants } from './mutants.ts';

/** The process of one lane: it asks for mutants until there is none left, and tells what became of each. */
async function main(argv: readonly string[]): Promise<void> {
  const interruption = new Interruption();
  interruption.listen(() => undefined);
  // Who began the lane is gone, and nobody else wants to know.
  process.once('disconnect', () => process.exit(1));
  const undos: Cleanup[] = [];
  const request = {
    run: newRunId(),
    options: parseOptions(argv),
    declared: await declaredRequirements(),
    signal: interruption.signal,
  };
  const bench = await provideBench(request, Object.values(mutants), (undo) => undos.unshift(undo));
  await tryMutants(bench, nextMutant, (judgement) => say({ judgement }));
  for (const { run: undo } of undos) await undo();
}

async function nextMutant(): Promise<NamedMutant | undefined> {
  const answer = once(process, 'message') as Promise<[ToLane]>;
  say('ready');
  const [next] = await answer;
  if (next === 'end') return undefined;
  const mutant = mutants[next.mutant];
  if (!mutant) throw new Error(`There is no mutant ${next.mutant}.`);
  return [next.mutant, mutant];
}

function say(what: FromLane): void {
  process.send?.(what);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: Error) => {
    printError(`${error.stack}\n`);
    process.exit(isClusterFailure(error) ? INFRASTRUCTURE_EXIT_CODE : SUITE_EXIT_CODE);
  },
);
