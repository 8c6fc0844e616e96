import type { PlannedFault } from '../helpers/mutation/faults/planned-fault.ts';
import { type Outcome, runCommand } from '../helpers/mutation/faults/run-command.ts';
import { clusterUntouched, endState, existingCluster, runTimeout } from '../helpers/mutation/faults/testing.ts';
import { smallestRun, unnamed } from '../helpers/mutation/faults/try-fault.ts';

const cluster = existingCluster();

function run(...faults: readonly PlannedFault[]): Promise<Outcome> {
  return runCommand(cluster(), { command: 'e2e', args: smallestRun, faults });
}

/** The reported leftovers, each as the text that a reader sees. */
const leftoversIn = ({ report }: Outcome) => (report?.leftovers ?? []).map((leftover) => JSON.stringify(leftover));

test.each([403, 500])(
  'a kind whose every request is answered with %i in removal keeps nothing else from going, and is left by name, with the command that removes it',
  async (status) => {
    const outcome = await run({
      phase: 'removal',
      method: 'any',
      path: /\/persistentvolumes/,
      lasting: true,
      incident: { kind: 'status', status },
    });

    expect(outcome.requests.some(({ isFaulty: isHit }) => isHit)).toBe(true);
    expect(outcome.lost).toEqual([]);
    expect(outcome.left).not.toEqual([]);
    expect(new Set(outcome.left.map(({ kind }) => kind))).toEqual(new Set(['PersistentVolume']));
    expect(leftoversIn(outcome)).toHaveLength(outcome.left.length);
    expect(leftoversIn(outcome).filter((text) => !/kubectl .*delete/.test(text))).toEqual([]);
    expect(unnamed(outcome.left, outcome.report?.leftovers ?? [])).toEqual([]);
  },
  runTimeout,
);

test(
  'an API server that goes away midway in removal is infrastructure, and what it kept is named',
  async () => {
    const outcome = await run({ phase: 'removal', method: 'DELETE', nth: 10, incident: { kind: 'gone' } });

    expect(endState(outcome)).toMatchObject({ exitCode: 3, lost: [], verdict: 'infrastructure' });
    expect(outcome.left).not.toEqual([]);
    expect(unnamed(outcome.left, outcome.report?.leftovers ?? [])).toEqual([]);
  },
  runTimeout,
);

test.each([
  { phase: 'discovery', method: 'GET', nth: 1 },
  { phase: 'preflight', method: 'any', nth: 1 },
  { phase: 'install', method: 'create', nth: 3 },
  { phase: 'fixtures', method: 'create', nth: 30 },
  { phase: 'verify', method: 'GET', path: /\/proxy\/healthz$/, nth: 1 },
  { phase: 'removal', method: 'DELETE', nth: 10 },
] as const)(
  'Ctrl-C at $method no. $nth of $phase leaves nothing, and ends with 130',
  async (where) => {
    const outcome = await run({ ...where, incident: { kind: 'signal', signal: 'SIGINT' } });

    expect(endState(outcome)).toMatchObject({ exitCode: 130, ...clusterUntouched, leftovers: [] });
    expect(outcome.reportIsOld).toBe(false);
  },
  runTimeout,
);

test(
  'after a run that was interrupted while it installed, the next one runs',
  async () => {
    await run({ phase: 'fixtures', method: 'create', nth: 30, incident: { kind: 'signal', signal: 'SIGINT' } });

    const next = await runCommand(cluster(), { command: 'e2e', args: smallestRun, createsLookalikes: false });

    expect(endState(next)).toMatchObject({ exitCode: 0, ...clusterUntouched });
  },
  runTimeout,
);
