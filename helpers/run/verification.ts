import type { Outcome } from '../suite/result-file.ts';
import { readResult, readResults } from '../suite/result-file.ts';
import type { Executor, ExecutorMessage } from './executor.ts';
import type { Work } from './work.ts';

/**
 * Lets the executor verify what the plan selects, once the run's state is written, and shows the progress.
 * @param parallelFiles how many spec files are executed at the same time
 */
export async function verify(
  { run, directory, phases, progress, cluster }: Pick<Work, 'run' | 'directory' | 'phases' | 'progress' | 'cluster'>,
  executor: Executor,
  parallelFiles: number,
): Promise<void> {
  const shown = new Set<string>();
  const show = (result: Outcome | undefined) => {
    if (result === undefined || shown.has(result.id)) return;
    shown.add(result.id);
    progress.finished({ ...result, status: result.isKnownIssue ? 'known-issue' : result.status });
  };
  let serialBegins: () => void = () => undefined;
  const untilSerial = new Promise<void>((resolve) => {
    serialBegins = resolve;
  });
  const onMessage = (message: ExecutorMessage) => {
    if ('started' in message) progress.started(message.started);
    else if ('finished' in message) show(readResult(directory, message.finished));
    else serialBegins();
  };
  const selected = cluster.plan.selected.map(({ id }) => id);
  const execution = executor.execute({ selected, parallelFiles, bail: run.options.bail, onMessage });
  try {
    await phases.run('verifying requirements', () => Promise.race([untilSerial, execution]));
    if (cluster.plan.selected.some(({ serial }) => serial)) await phases.run('verifying what disturbs others', () => execution);
    else await execution;
  } finally {
    for (const result of readResults(directory)) show(result);
  }
}
