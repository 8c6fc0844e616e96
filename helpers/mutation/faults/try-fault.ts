import { page } from '../../suite/mutant/scrapes.ts';
import type { FaultBed } from './bed.ts';
import { type Expectation, type JudgedFault, judge } from './judged.ts';
import { runCommand, type Trial } from './run-command.ts';

/** What `e2e` is to verify while something goes wrong: as little as there is. */
export const cheapRun: readonly string[] = ['--target', 'current', '--only', 'endpoints/healthz'];

/** The exporter's health page, as one that is not sound would have it. */
const brokenExporter = page(8080, '/healthz', (answer) => ({ ...answer, status: 200, body: 'broken' }))();

/**
 * Runs a command with one fault and judges what becomes of it. A run that is killed is cleaned up after with `npm run clean`, and what
 * that leaves is held against what it prints. The cluster stays as all that leaves it.
 */
export async function tryFault(bed: FaultBed, expectation: Expectation): Promise<JudgedFault> {
  const { command, fault, exporterFails = false } = expectation;
  const trial: Trial = { command, args: cheapRun, faults: [fault], ...(exporterFails && { interference: brokenExporter }) };
  const outcome = await runCommand(bed, trial);
  const isKilled = fault.incident.kind === 'signal' && fault.incident.signal === 'SIGKILL';
  const cleaned = isKilled && outcome.run !== undefined ? await clean(bed, outcome.reports, outcome.run) : undefined;
  return judge(expectation, outcome, cleaned);
}

/** The run that was killed may count as being at work until its lock expires: it is named. */
function clean(bed: FaultBed, reports: string, run: string) {
  return runCommand(bed, { command: 'clean', args: ['--run', run], reports, plantsImpostors: false });
}
