import { Pool } from './pool.ts';

/** A task that ends when `end` is called. */
function task() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
}

test('as many tasks run as there are resources, and the next task gets the resource of the one that ends', async () => {
  const pool = new Pool(['a', 'b']);
  const [first, second, third] = [task(), task(), task()];
  const used: string[] = [];
  const start = ({ ended }: ReturnType<typeof task>) =>
    pool.start((resource) => {
      used.push(resource);
      return ended;
    });
  await start(first);
  await start(second);
  const waiting = start(third);
  expect(used).toEqual(['b', 'a']);

  second.end();
  await waiting;

  expect(used).toEqual(['b', 'a', 'a']);
  first.end();
  third.end();
  await pool.idle();
});

test('the error of a task is thrown when the others have ended', async () => {
  const pool = new Pool([1, 2]);
  const [failing, succeeding] = [task(), task()];
  const ended: string[] = [];
  await pool.start(() => failing.ended.then(() => Promise.reject(new Error('broken'))));
  await pool.start(async () => {
    await succeeding.ended;
    ended.push('succeeding');
  });

  failing.end();
  succeeding.end();

  await expect(pool.idle()).rejects.toThrow('broken');
  expect(ended).toEqual(['succeeding']);
});
