import { SuiteError, UsageError } from '../errors.ts';
import { writeFirst, writeLast } from './ended.ts';

const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
const complete = { state: 'complete' } as const;
const crashed = { state: 'crashed' } as const;

test('a complete run has no failure, and names the files of its reports', async () => {
  expect(await writeLast(complete, undefined, async () => ['report.json'])).toEqual({
    report: complete,
    written: ['report.json'],
  });
});

test('a crash is the failure of the run, after its reports were written', async () => {
  const crash = new TypeError('no such thing');

  expect(await writeLast(crashed, crash, async () => ['report.json'])).toEqual({
    report: crashed,
    written: ['report.json'],
    failure: crash,
  });
});

test('a refusal is thrown only after it was reported', async () => {
  const written: object[] = [];
  const refusal = new UsageError('There is one.');

  await expect(writeLast({ state: 'started' }, refusal, async (report) => [String(written.push(report))])).rejects.toBe(refusal);
  expect(written).toEqual([{ state: 'started' }]);
});

test('reports that cannot be written are a failure of the suite, with the crash that they were to tell', async () => {
  const crash = new TypeError('no such thing');

  expect((await writeLast(complete, undefined, full)).failure).toEqual(
    new SuiteError(
      'The reports cannot be written: ENOSPC: no space left on device. What is there says that the run did not complete.',
    ),
  );
  expect((await writeLast(crashed, crash, full)).failure?.cause).toBe(crash);
});

test('where not even the first ones can be written, the run is refused', async () => {
  await expect(writeFirst(full)).rejects.toThrow(UsageError);
});
