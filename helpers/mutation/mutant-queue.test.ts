import { type Mutant, mutant } from '../suite/mutant/mutant.ts';
import { MutantQueue, Pool } from './mutant-queue.ts';

const changed = { sentence: 'A defect.', change: () => [] };
const proxied = { sentence: 'A defect.', proxy: () => ({}) };
const all = (queue: MutantQueue, cluster: number) => {
  const names: string[] = [];
  for (let next = queue.next(cluster); next; next = queue.next(cluster)) names.push(next.name);
  return names;
};
const access = ['a', 'b'].map((name) => mutant(`access-${name}`, { ...proxied, fails: ['access/denies-writes'] }));
const exposition = ['a', 'b', 'c'].map((name) => mutant(`exposition-${name}`, { ...proxied, fails: ['exposition/pod'] }));

test('a cluster gets a batch to its end, the largest first, and last what changes the cluster', () => {
  const ofCluster: Mutant = mutant('node', {
    sentence: 'A defect.',
    cluster: async () => async () => undefined,
    fails: ['access/denies-writes'],
  });

  expect(all(new MutantQueue([ofCluster, ...access, ...exposition]), 0)).toEqual([
    'exposition-a',
    'exposition-b',
    'exposition-c',
    'access-a',
    'access-b',
    'node',
  ]);
});

test('a second cluster gets another batch, unless the first one has more for each of both', () => {
  const queue = new MutantQueue([...access, ...exposition]);

  expect([0, 1, 1, 0, 1].map((cluster) => queue.next(cluster)?.name)).toEqual([
    'exposition-a',
    'access-a',
    'access-b',
    'exposition-b',
    'exposition-c',
  ]);
  expect(queue.next(0)).toBeUndefined();
});

test('a batch that waits for deadlines is larger than one of as many mutants that do not', () => {
  const dns = mutant('dns', { ...proxied, fails: ['dns/headless'] });

  expect(all(new MutantQueue([...exposition, dns]), 0)[0]).toBe('dns');
});

test('mutants with an installation of their own are one batch, the areas that wait for deadlines first', () => {
  const queue = new MutantQueue([
    mutant('root', { ...changed, fails: ['hardening/runs-as-nobody'] }),
    mutant('toleration', { ...changed, fails: ['scheduling/tolerates-control-plane'] }),
  ]);

  expect(all(queue, 0)).toEqual(['toleration', 'root']);
});

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
