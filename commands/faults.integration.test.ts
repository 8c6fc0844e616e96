import type { Expectation } from '../helpers/mutation/faults/judged.ts';
import { faultMatrix } from '../helpers/mutation/faults/matrix.ts';
import { titleOf } from '../helpers/mutation/faults/planned-fault.ts';
import { faultBed, timeOfRun } from '../helpers/mutation/faults/testing.ts';
import { tryFault } from '../helpers/mutation/faults/try-fault.ts';

const bed = faultBed();
const nameOf = ({ fault }: Expectation) => `${fault.phase} ${titleOf(fault)}`;

/** A few of what `npm run faults` tries, and the exit codes that are right; none where the process is killed. */
const representative: Readonly<Record<string, readonly (number | null)[]>> = {
  'discovery GET: 503': [0],
  'install create /services: executed, answer lost': [3],
  'fixtures create no. 10: 500': [3],
  'verify GET /replicasets: 429': [0],
  'verify GET /replicasets: 403': [1, 3],
  'removal DELETE: 429': [0],
  'verify any: SIGKILL': [null],
};

test('every fault has a name of its own, and there are at least 60', () => {
  const names = faultMatrix.map(nameOf);

  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(60);
});

test.each(Object.entries(representative))(
  '%s: nothing is lost, nothing left unnamed, and the exporter not blamed',
  async (name, exitCodes) => {
    const expectation = faultMatrix.find((candidate) => nameOf(candidate) === name);
    if (expectation === undefined) throw new Error(`There is no fault ${name}.`);

    const judged = await tryFault(bed(), expectation);

    expect(exitCodes).toContain(judged.exitCode);
    expect(judged).toMatchObject({ lost: [], unnamed: [], blamed: [], wrong: [] });
  },
  timeOfRun,
);
