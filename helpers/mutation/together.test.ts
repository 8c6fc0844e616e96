import { Together } from './together.ts';

/** A work that ends when it is told to. */
function work() {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
}

test('as many are at work as there are places, and the next one gets the place of who is done', async () => {
  const together = new Together(['a', 'b']);
  const [first, second, third] = [work(), work(), work()];
  const begun: string[] = [];
  const begin = ({ ended }: ReturnType<typeof work>) =>
    together.begin((place) => {
      begun.push(place);
      return ended;
    });
  await begin(first);
  await begin(second);
  const waiting = begin(third);
  expect(begun).toEqual(['b', 'a']);

  second.end();
  await waiting;

  expect(begun).toEqual(['b', 'a', 'a']);
  first.end();
  third.end();
  await together.over();
});

test('what a work throws is thrown once the others are over', async () => {
  const together = new Together([1, 2]);
  const [failing, other] = [work(), work()];
  const over: string[] = [];
  await together.begin(() => failing.ended.then(() => Promise.reject(new Error('broken'))));
  await together.begin(async () => {
    await other.ended;
    over.push('other');
  });

  failing.end();
  other.end();

  await expect(together.over()).rejects.toThrow('broken');
  expect(over).toEqual(['other']);
});
