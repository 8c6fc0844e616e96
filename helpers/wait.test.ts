import { NotObserved, seconds, stays, waitFor } from './wait.ts';

const wait = { what: 'a five', within: 40, every: 1, describe: (seen: number) => `a ${seen}` };

test('a wait ends with the first observation that is the one', async () => {
  let looks = 0;
  const found = await waitFor({ ...wait, within: seconds(5), observe: async () => ++looks, until: (seen) => seen === 5 });
  expect(found).toBe(5);
  expect(looks).toBe(5);
});

test('a wait whose deadline passes tells what was wanted and what was seen last', async () => {
  const endless = waitFor({ ...wait, observe: async () => 4, until: (seen) => seen === 5 });
  await expect(endless).rejects.toMatchObject({ expected: 'a five within 0.04 s', actual: 'a 4' });
  await expect(endless).rejects.toBeInstanceOf(NotObserved);
});

test('a wait looks at least once, even without time', async () => {
  await expect(waitFor({ ...wait, within: 0, observe: async () => 5, until: (seen) => seen === 5 })).resolves.toBe(5);
});

test('a hopeless observation ends the wait before its deadline', async () => {
  const begun = performance.now();
  const hopeless = waitFor({
    ...wait,
    within: seconds(60),
    observe: async () => 9,
    until: () => false,
    hopeless: () => 'a nine for ever',
  });
  await expect(hopeless).rejects.toMatchObject({ actual: 'a nine for ever' });
  expect(performance.now() - begun).toBeLessThan(seconds(30));
});

test('an error while looking is not an observation', async () => {
  const broken = waitFor({ ...wait, observe: () => Promise.reject(new Error('no connection')), until: () => true });
  await expect(broken).rejects.toThrow('no connection');
});

test('what must stay is seen to end, though it held at the first look', async () => {
  let looks = 0;
  const hold = {
    what: 'a pod',
    during: seconds(5),
    observe: async () => ++looks,
    holds: (seen: number) => seen < 2,
    describe: String,
  };
  await expect(stays(hold)).rejects.toMatchObject({ expected: 'a pod for 5 s', actual: '2' });
});
