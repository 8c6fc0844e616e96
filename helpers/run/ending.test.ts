import { InfrastructureError, UsageError } from '../errors.ts';
import { NotObserved } from '../wait.ts';
import { endingOf } from './ending.ts';
import { Interruption } from './interruption.ts';

test.each([
  ['nothing', undefined, { state: 'complete' }],
  ['a refusal', new UsageError('There is one.'), { state: 'started', reason: 'The run did not complete. There is one.' }],
  ['a cluster that fails', new InfrastructureError('It is gone.'), { state: 'complete', infrastructure: 'It is gone.' }],
  ['a wait of the run', new NotObserved('a node', 'none', 1000), { state: 'complete', infrastructure: expect.any(String) }],
  ['anything else', new TypeError('no such thing'), { state: 'crashed', reason: 'The suite itself failed: no such thing' }],
  ['no error at all', 'words', { state: 'crashed', reason: 'The suite itself failed: words' }],
])('%s ends a run in its own way', (_, thrown, ending) => {
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
