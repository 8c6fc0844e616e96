import { type Outcome, readResult, readResults } from '../suite/result-file.ts';
import type { Executor, ExecutorMessage } from './executor.ts';
import type { RunContext } from './run-context.ts';

/**
 * Verifies what the plan selects, and shows the progress. The run's state is written.
 * @param parallelFiles how many spec files are executed at the same time
 * @param phase the name of the phase before that of the serial requirements
 */
export async function verify(
  { run, directory, phases, progress, cluster }: Pick<RunContext, 'run' | 'directory' | 'phases' | 'progress' | 'cluster'>,
  executor: Executor,
  parallelFiles: number,
  phase = 'verifying requirements',
): Promise<void> {
  const shown = new Set<string>();
  const show = (result: Outcome | undefined) => {
    if (result === undefined || shown.has(result.id)) return;
    shown.add(result.id);
    const status = cluster.plan.notPromised.has(result.id) ? 'not-applicable' : result.status;
    progress.finished({ ...result, status: result.isKnownIssue ? 'known-issue' : status });
  };
  let isSerial = false;
  let beginSerial: () => void = () => undefined;
  const serialBegins = new Promise<void>((resolve) => {
    beginSerial = resolve;
  });
  const onMessage = (message: ExecutorMessage) => {
    if ('started' in message) progress.started(message.started);
    else if ('finished' in message) show(readResult(directory, message.finished));
    else if (message.phase === 'serial') {
      isSerial = true;
      beginSerial();
    }
  };
  const selected = cluster.plan.selected.map(({ id }) => id);
  const execution = executor.execute({ selected, parallelFiles, bail: run.options.bail, onMessage });
  try {
    await phases.run(phase, () => Promise.race([serialBegins, execution]));
    if (isSerial) await phases.run('verifying what disturbs others', () => execution);
  } finally {
    for (const result of readResults(directory)) show(result);
  }
}
