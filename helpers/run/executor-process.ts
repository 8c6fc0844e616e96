import { declaredRequirements } from '../suite/declared.ts';
import { readRunState } from '../suite/run-state.ts';
import { executeRequirements } from './execute.ts';
import type { ExecutorMessage, ExecutorOrder } from './executor.ts';

const orders = new Promise<ExecutorOrder>((resolve) => process.once('message', resolve));
process.once('disconnect', () => process.exit(1));

const declared = await declaredRequirements(process.argv.slice(2));
const { directory, parallelFiles, bail } = await orders;
const run = readRunState(directory);
await executeRequirements(
  run,
  declared.filter(({ id }) => run.selected.includes(id)),
  {
    parallelFiles,
    bail,
    onStarted: (started) => report({ started }),
    onFinished: ({ id }) => report({ finished: id }),
    onSerial: () => report({ phase: 'serial' }),
  },
);
await new Promise((resolve) => process.send?.({ phase: 'end' } satisfies ExecutorMessage, resolve));
process.exit(0);

function report(message: ExecutorMessage): void {
  process.send?.(message);
}
