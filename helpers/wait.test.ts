import { NotObserved, seconds, stays, waitFor } from './wait.ts';

const wait = { what: 'a five', within: 40, every: 1, describe: (observed: number) => `a ${observed}` };

test('a wait ends with the first expected observation', async () => {
  let observations = 0;
  const found = await waitFor({
    ...wait,
    within: seconds(5),
    observe: async () => ++observations,
    until: (observed) => observed === 5,
  });
  expect(found).toBe(5);
  expect(observations).toBe(5);
});

test('a wait whose deadline passes reports what was expected and the last observation', async () => {
  const endless = waitFor({ ...wait, observe: async () => 4, until: (observed) => observed === 5 });
  await expect(endless).rejects.toMatchObject({ expected: 'a five within 0.04 s', actual: 'a 4' });
  await expect(endless).rejects.toBeInstanceOf(NotObserved);
});

test('a wait makes at least one observation, even without time', async () => {
  await expect(waitFor({ ...wait, within: 0, observe: async () => 5, until: (observed) => observed === 5 })).resolves.toBe(5);
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

test('an error in an observation ends the wait', async () => {
  const broken = waitFor({ ...wait, observe: () => Promise.reject(new Error('no connection')), until: () => true });
  await expect(broken).rejects.toThrow('no connection');
});

test('what must stay true and ends is noticed, though it held at the first observation', async () => {
  let observations = 0;
  const hold = {
    what: 'a pod',
    during: seconds(5),
    observe: async () => ++observations,
    holds: (observed: number) => observed < 2,
    describe: String,
  };
  await expect(stays(hold)).rejects.toMatchObject({ expected: 'a pod for 5 s', actual: '2' });
});
