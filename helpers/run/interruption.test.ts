import { Interruption } from './interruption.ts';

let interruption: Interruption;
let lines: string[];

beforeEach(() => {
  lines = [];
  interruption = new Interruption();
  interruption.listen((line) => lines.push(line));
});

afterEach(() => {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
});

test('a signal ends the run; a second one prints that the removal is in progress', async () => {
  const work = interruption.orEnd(new Promise(() => undefined));
  process.emit('SIGINT');
  process.emit('SIGTERM');

  await expect(work).rejects.toThrow('The run was ended by SIGINT.');
  expect(interruption).toMatchObject({ exitCode: 130, crashed: undefined });
  expect(lines).toEqual([
    'SIGINT: removing what the run created …',
    expect.stringContaining('SIGTERM: what the run created is still being removed'),
  ]);
});

test('an uncaught error ends the run as a crash', async () => {
  const work = interruption.orEnd(new Promise(() => undefined));
  const error = new Error('a socket');

  expect(interruption.crash(error)).toBe(true);

  await expect(work).rejects.toBe(error);
  expect(interruption).toMatchObject({ exitCode: undefined, crashed: error });
});

test('an error after the end is printed, and changes nothing', () => {
  process.emit('SIGINT');

  expect(interruption.crash(new Error('a socket'))).toBe(true);

  expect(interruption).toMatchObject({ exitCode: 130, crashed: undefined });
  expect(lines.at(-1)).toContain('A further error: Error: a socket');
});

test('without a run there is nothing to end', () => {
  expect(new Interruption().crash(new Error('a socket'))).toBe(false);
});
