import { InfrastructureError, SuiteError, UsageError } from '../errors.ts';
import { NotObserved } from '../wait.ts';
import { endingOf, writeFinalReport, writeInitialReport } from './ending.ts';
import { Interruption } from './interruption.ts';

test.each([
  ['nothing', undefined, { state: 'complete' }],
  ['a usage error', new UsageError('There is one.'), { state: 'started', reason: 'The run did not complete. There is one.' }],
  ['a cluster that fails', new InfrastructureError('It is gone.'), { state: 'complete', infrastructure: 'It is gone.' }],
  ['a wait of the run', new NotObserved('a node', 'none', 1000), { state: 'complete', infrastructure: expect.any(String) }],
  ['anything else', new TypeError('no such thing'), { state: 'crashed', reason: 'The suite itself failed: no such thing' }],
  ['no error at all', 'words', { state: 'crashed', reason: 'The suite itself failed: words' }],
])('the ending of a run that threw %s', (_, thrown, ending) => {
  expect(endingOf(thrown, new Interruption())).toEqual(ending);
});

test('what fails after a signal is no crash', () => {
  const interruption = new Interruption();
  interruption.listen(() => undefined);
  process.emit('SIGHUP');
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.removeAllListeners(signal);

  expect(endingOf(new TypeError('aborted'), interruption)).toEqual({ state: 'interrupted', reason: 'aborted' });
  expect(endingOf(undefined, interruption)).toEqual({ state: 'complete' });
});

const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
const complete = { state: 'complete' } as const;
const crashed = { state: 'crashed' } as const;

test('a complete run has no failure, and names the files of its reports', async () => {
  expect(await writeFinalReport(complete, undefined, async () => ['report.json'])).toEqual({
    report: complete,
    written: ['report.json'],
  });
});

test('a crash is the failure of the run, after its reports were written', async () => {
  const crash = new TypeError('no such thing');

  expect(await writeFinalReport(crashed, crash, async () => ['report.json'])).toEqual({
    report: crashed,
    written: ['report.json'],
    failure: crash,
  });
});

test('a usage error is thrown after the reports are written', async () => {
  const written: object[] = [];
  const refusal = new UsageError('There is one.');

  await expect(writeFinalReport({ state: 'started' }, refusal, async (report) => [String(written.push(report))])).rejects.toBe(
    refusal,
  );
  expect(written).toEqual([{ state: 'started' }]);
});

test('reports that cannot be written are a failure of the suite, with the crash as its cause', async () => {
  const crash = new TypeError('no such thing');

  expect((await writeFinalReport(complete, undefined, full)).failure).toEqual(
    new SuiteError(
      'The reports cannot be written: ENOSPC: no space left on device. The files that are there are those of a run that did not complete.',
    ),
  );
  expect((await writeFinalReport(crashed, crash, full)).failure?.cause).toBe(crash);
});

test('initial reports that cannot be written are a usage error', async () => {
  await expect(writeInitialReport(full)).rejects.toThrow(UsageError);
});
