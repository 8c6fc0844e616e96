import { inParallel } from './in-parallel.ts';

describe('work in parallel', () => {
  test('gives its results in the order of the items, whichever is done first', async () => {
    const done: number[] = [];
    const finish: (() => void)[] = [];
    const results = inParallel([1, 2], 2, async (item) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      done.push(item);
      return item * 10;
    });
    finish[1]?.();
    await Promise.resolve();
    finish[0]?.();
    expect(await results).toEqual([10, 20]);
    expect(done).toEqual([2, 1]);
  });

  test('is never on more items than it may', async () => {
    let now = 0;
    let most = 0;
    await inParallel([1, 2, 3, 4, 5], 2, async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
    });
    expect(most).toBe(2);
  });

  test('ends with what one of the items throws', async () => {
    const failing = inParallel([1, 2], 1, async (item) => Promise.reject(new Error(`item ${item}`)));
    await expect(failing).rejects.toThrow('item 1');
  });
});
